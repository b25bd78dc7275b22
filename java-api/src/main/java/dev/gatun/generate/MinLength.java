// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/** Removes the end tokens while the history is shorter than a length. */
final class MinLength implements LogitsProcessor {
  private final int length;
  private final boolean newTokensOnly;
  private final int[] eosTokens;

  private MinLength(int length, boolean newTokensOnly, List<Integer> eosTokens) {
    this.length = length;
    this.newTokensOnly = newTokensOnly;
    this.eosTokens = TokenIds.of(eosTokens);
  }

  /** A length that includes the prompt. */
  public static MinLength ofAll(int length, List<Integer> eosTokens) {
    return new MinLength(length, false, eosTokens);
  }

  /** A length of the answer alone. */
  public static MinLength ofAnswer(int length, List<Integer> eosTokens) {
    return new MinLength(length, true, eosTokens);
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    if ((newTokensOnly ? history.newTokens() : history.length()) < length) {
      TokenIds.remove(scores, eosTokens);
    }
  }
}
