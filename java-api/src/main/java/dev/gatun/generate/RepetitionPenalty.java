// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Divides positive and multiplies negative scores of tokens that occurred, prompt included, once
 * per distinct token.
 *
 * @param penalty above 0; above 1 discourages
 * @param scratch of the chain
 */
record RepetitionPenalty(double penalty, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    int[] seen = scratch.counts(scores.length);
    for (int i = 0; i < history.length(); i++) {
      int token = history.get(i);
      if (token < scores.length && seen[token]++ == 0) {
        scores[token] = apply(scores[token], (float) penalty);
      }
    }
    for (int i = 0; i < history.length(); i++) {
      if (history.get(i) < scores.length) {
        seen[history.get(i)] = 0;
      }
    }
  }

  static float apply(float score, float penalty) {
    return score < 0 ? score * penalty : score / penalty;
  }
}
