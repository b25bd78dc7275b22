// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Multiplies positive and divides negative scores of tokens of the source, once per distinct token.
 *
 * @param penalty above 0; above 1 favours the source's tokens
 * @param scratch of the chain
 */
record EncoderRepetitionPenalty(double penalty, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    int[] seen = scratch.counts(scores.length);
    float inverse = (float) (1 / penalty);
    for (int i = 0; i < history.sourceLength(); i++) {
      int token = history.source(i);
      if (token < scores.length && seen[token]++ == 0) {
        scores[token] = RepetitionPenalty.apply(scores[token], inverse);
      }
    }
    for (int i = 0; i < history.sourceLength(); i++) {
      if (history.source(i) < scores.length) {
        seen[history.source(i)] = 0;
      }
    }
  }
}
