// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Objects;

/**
 * How a text that is too long is cut. What is cut off is kept in {@link Encoding#overflowing()}.
 *
 * @param strategy which text of a pair is cut
 * @param maxLength tokens of the result, special tokens included
 * @param direction the end that is cut off
 * @param stride tokens that consecutive pieces have in common; smaller than the room for one text
 */
public record Truncation(Strategy strategy, int maxLength, Side direction, int stride) {

  /** Which text of a pair is cut. */
  public enum Strategy {
    /** Both, the longer one first. */
    LONGEST_FIRST,
    /** The first text; an error when it is too short for that. */
    ONLY_FIRST,
    /** The second text; an error when it is too short for that. */
    ONLY_SECOND
  }

  /** Checks the numbers. */
  public Truncation {
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(direction, "direction");
    if (maxLength < 1 || stride < 0 || stride >= maxLength) {
      throw new IllegalArgumentException(
          "Truncation: expected 1 <= maxLength and 0 <= stride < maxLength, got maxLength "
              + maxLength
              + " and stride "
              + stride);
    }
  }

  /** Cuts at the end, the longer text first, without overlap. */
  public static Truncation toLength(int maxLength) {
    return new Truncation(Strategy.LONGEST_FIRST, maxLength, Side.RIGHT, 0);
  }
}
