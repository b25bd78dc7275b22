// SPDX-License-Identifier: Apache-2.0

/**
 * Loading of the native library, typed calls, and the one place where a status becomes an
 * exception.
 *
 * <p>Shapes use one alphabet, defined in {@code native/README.md}.
 */
package dev.gatun.bindings;
