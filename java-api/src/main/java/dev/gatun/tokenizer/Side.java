// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/** An end of a sequence: where padding goes, or where truncation cuts. */
public enum Side {
  /** The beginning of the sequence. */
  LEFT,
  /** The end of the sequence. */
  RIGHT
}
