// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Removes every token that would complete {@code n} tokens in a row that occurred, prompt included.
 *
 * @param n at least 1
 */
record NoRepeatNgram(int n) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    int tail = history.length() - n + 1;
    for (int start = 0; start < tail; start++) {
      int same = 0;
      while (same < n - 1 && history.get(start + same) == history.get(tail + same)) {
        same++;
      }
      if (same == n - 1 && history.get(start + same) < scores.length) {
        scores[history.get(start + same)] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
