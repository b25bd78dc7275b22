// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;

/**
 * Keeps the best tokens whose terms of the entropy add up to at most {@code fraction} of it; the
 * best one always. Entropy and terms are those of the distribution over the 100 best tokens.
 *
 * @param fraction 0 to 1
 * @param scratch of the chain
 */
record TopH(double fraction, Scratch scratch) implements LogitsProcessor {
  private static final int CONSIDERED = 100;

  @Override
  public void process(TokenHistory history, float[] scores) {
    long[] keys = scratch.keys(CONSIDERED);
    int found = Selection.best(scores, CONSIDERED, keys);
    Arrays.sort(keys, 0, found);
    float max = found == 0 ? Float.NEGATIVE_INFINITY : Selection.value(keys[found - 1]);
    if (Float.isInfinite(max)) {
      return;
    }
    double sum = 0;
    for (int i = 0; i < found; i++) {
      sum += weight(keys[i], max);
    }
    double entropy = 0;
    for (int i = 0; i < found; i++) {
      entropy += term(keys[i], max, sum);
    }
    double kept = term(keys[found - 1], max, sum);
    int last = found - 1;
    while (last > 0) {
      kept += term(keys[last - 1], max, sum);
      if (!(kept <= fraction * entropy)) {
        break;
      }
      last--;
    }
    Selection.keepFrom(scores, keys[last]);
  }

  private static double weight(long key, float max) {
    return Math.exp((double) Selection.value(key) - max);
  }

  private static double term(long key, float max, double sum) {
    double probability = weight(key, max) / sum;
    return probability > 0 ? -probability * Math.log(probability) : 0;
  }
}
