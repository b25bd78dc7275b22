// SPDX-License-Identifier: Apache-2.0

/**
 * The fused operations, one class per topic: each method allocates its result in the context's
 * workspace, fills the native params struct and runs (or records) the call. Shapes use the letters
 * of {@link dev.gatun.tensor}. Wrong shapes are refused by the native checks with an {@link
 * IllegalArgumentException} that names operation, argument, expected and got. An operand that may
 * be absent is passed as null.
 */
package dev.gatun.ops;
