// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

/** How results are printed. */
enum OutputFormat {
  /** For people. */
  TEXT,
  /** One JSON value. */
  JSON
}
