// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Keeps the {@code k} best tokens and those that equal the last of them.
 *
 * @param k at least 1; all tokens are kept if there are not more
 * @param scratch of the chain
 */
record TopK(int k, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    if (k >= scores.length) {
      return;
    }
    float worst = Selection.best(scores, k, scratch);
    for (int i = 0; i < scores.length; i++) {
      if (!(scores[i] >= worst)) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
