// SPDX-License-Identifier: Apache-2.0

/** Tests that the arrows between modules and packages go one way. */
package dev.gatun.architecture;
