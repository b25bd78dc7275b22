// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Subtracts {@code frequency} per occurrence in the answer and {@code presence} once from the
 * scores of tokens that occur in it. The prompt does not count.
 *
 * @param frequency any number
 * @param presence any number
 * @param scratch of the chain
 */
record OccurrencePenalty(double frequency, double presence, Scratch scratch)
    implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    int[] counts = scratch.counts(scores.length);
    for (int i = history.promptLength(); i < history.length(); i++) {
      if (history.get(i) < scores.length) {
        counts[history.get(i)]++;
      }
    }
    for (int i = history.promptLength(); i < history.length(); i++) {
      int token = history.get(i);
      if (token < scores.length && counts[token] > 0) {
        scores[token] -= (float) (counts[token] * frequency + presence);
        counts[token] = 0;
      }
    }
  }
}
