// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Removes every token that would complete {@code n} tokens in a row of the source.
 *
 * @param n at least 1
 */
record EncoderNoRepeatNgram(int n) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    int tail = history.length() - n + 1;
    if (tail < 0) {
      return;
    }
    for (int start = 0; start + n <= history.sourceLength(); start++) {
      int same = 0;
      while (same < n - 1 && history.source(start + same) == history.get(tail + same)) {
        same++;
      }
      if (same == n - 1 && history.source(start + same) < scores.length) {
        scores[history.source(start + same)] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
