// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Map;

/** Adds to the scores of single tokens. */
final class LogitBias implements LogitsProcessor {
  private final int[] tokens;
  private final float[] biases;

  /** A bias per token. */
  public LogitBias(Map<Integer, Double> biasOfToken) {
    this.tokens = TokenIds.of(biasOfToken.keySet());
    this.biases = new float[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      biases[i] = biasOfToken.get(tokens[i]).floatValue();
    }
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < scores.length) {
        scores[tokens[i]] += biases[i];
      }
    }
  }
}
