// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Adds to the score of each token that would complete a sequence. As in the reference, a sequence
 * of two or more tokens counts only once the history is as long as it.
 */
final class SequenceBias implements LogitsProcessor {
  private final int[][] sequences;
  private final float[] biases;

  /** A bias per sequence; sequences are not empty. */
  public SequenceBias(Map<List<Integer>, Double> biasOfSequence) {
    List<Map.Entry<List<Integer>, Double>> entries = List.copyOf(biasOfSequence.entrySet());
    this.sequences = arrays(entries.stream().map(Map.Entry::getKey).toList());
    this.biases = new float[sequences.length];
    for (int i = 0; i < biases.length; i++) {
      biases[i] = entries.get(i).getValue().floatValue();
    }
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    for (int i = 0; i < sequences.length; i++) {
      if (completes(history, sequences[i], scores.length)) {
        scores[sequences[i][sequences[i].length - 1]] += biases[i];
      }
    }
  }

  static int[][] arrays(Collection<List<Integer>> sequences) {
    return sequences.stream().map(TokenIds::of).toArray(int[][]::new);
  }

  /** Whether the history ends with all but the last token of {@code sequence}. */
  static boolean completes(TokenHistory history, int[] sequence, int vocabularySize) {
    int prefix = sequence.length - 1;
    if (sequence[prefix] >= vocabularySize || prefix > 0 && sequence.length > history.length()) {
      return false;
    }
    for (int i = 0; i < prefix; i++) {
      if (history.get(history.length() - prefix + i) != sequence[i]) {
        return false;
      }
    }
    return true;
  }
}
