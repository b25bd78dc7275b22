// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/** Favours the end tokens more with every token after a length of the answer. */
final class ExponentialDecay implements LogitsProcessor {
  private final int start;
  private final double factor;
  private final int[] eosTokens;

  /** Adds {@code |score| (factor^excess - 1)} where the answer exceeds {@code start} tokens. */
  public ExponentialDecay(int start, double factor, List<Integer> eosTokens) {
    this.start = start;
    this.factor = factor;
    this.eosTokens = TokenIds.of(eosTokens);
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    int excess = history.newTokens() - start;
    if (excess <= 0) {
      return;
    }
    double growth = Math.pow(factor, excess) - 1;
    for (int token : eosTokens) {
      // A removed token stays removed: infinity minus infinity would be NaN.
      if (token < scores.length && !Float.isInfinite(scores[token])) {
        scores[token] += (float) (Math.abs(scores[token]) * growth);
      }
    }
  }
}
