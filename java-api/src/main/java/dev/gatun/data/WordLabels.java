// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import dev.gatun.tokenizer.Encoding;
import java.util.Arrays;
import java.util.List;

/** Carries labels from words to tokens. */
final class WordLabels {
  private WordLabels() {}

  /**
   * The label of a word for its first token, {@link Example#IGNORED} for all others.
   *
   * @param words joined with single spaces, they are the encoded text
   * @param labels one per word
   */
  static int[] align(List<String> words, int[] labels, Encoding encoding) {
    int[] aligned = new int[encoding.length()];
    Arrays.fill(aligned, Example.IGNORED);
    int word = 0;
    int end = words.isEmpty() ? 0 : codePoints(words.getFirst());
    int labelled = -1;
    for (int token = 0; token < aligned.length; token++) {
      if (encoding.specialTokensMask()[token] != 0 || encoding.end(token) == 0) {
        continue;
      }
      // Some tokenizers count the space before a word to its first token: its last code point
      // decides.
      while (encoding.end(token) > end && word + 1 < words.size()) {
        word++;
        end += 1 + codePoints(words.get(word));
      }
      if (word != labelled) {
        aligned[token] = labels[word];
        labelled = word;
      }
    }
    return aligned;
  }

  private static int codePoints(String word) {
    return word.codePointCount(0, word.length());
  }
}
