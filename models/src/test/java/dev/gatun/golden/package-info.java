// SPDX-License-Identifier: Apache-2.0

/** Runs golden fixtures of any folder, driven by the files alone. */
package dev.gatun.golden;
