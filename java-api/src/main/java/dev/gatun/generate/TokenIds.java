// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;
import java.util.Collection;

/** Sets of tokens of a configuration. Tokens that a vocabulary lacks are passed over. */
final class TokenIds {
  private TokenIds() {}

  /** The tokens as an array. */
  static int[] of(Collection<Integer> tokens) {
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Removes {@code tokens}. */
  static void remove(float[] scores, int[] tokens) {
    for (int token : tokens) {
      if (token < scores.length) {
        scores[token] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** Removes all but {@code tokens}, whose scores become 0. */
  static void force(float[] scores, int[] tokens) {
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    for (int token : tokens) {
      if (token < scores.length) {
        scores[token] = 0;
      }
    }
  }
}
