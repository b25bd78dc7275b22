// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/**
 * Removes each token that would complete a bad word. A word that is one end token is no bad word.
 * Longer ones count only once the history is as long as they are: see {@link SequenceBias}.
 */
final class BadWords implements LogitsProcessor {
  private final int[][] words;

  /** Words are not empty. */
  public BadWords(List<List<Integer>> words, List<Integer> eosTokens) {
    this.words =
        SequenceBias.arrays(
            words.stream()
                .filter(word -> word.size() > 1 || !eosTokens.contains(word.getFirst()))
                .toList());
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    for (int[] word : words) {
      if (SequenceBias.completes(history, word, scores.length)) {
        scores[word[word.length - 1]] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
