// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Parts of the softmax over scores. Removed tokens and NaN weigh 0. The loops are written so that
 * the compiler makes vectors of them; sums have a fixed order, so results are reproducible.
 */
final class Softmax {
  /** Below it a float would be denormal; 1e-38 of the best token is nothing. */
  private static final float LOWEST = -87;

  /** Subtracted from all weights, which makes those of removed tokens exactly 0: 2e-38. */
  private static final double LOWEST_WEIGHT = exponential(LOWEST);

  private Softmax() {}

  /** The largest score; negative infinity if there is none. */
  public static float max(float[] scores) {
    return max(scores, scores.length);
  }

  /** The largest of the first {@code n} scores. */
  public static float max(float[] scores, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      if (scores[i] > max) {
        max = scores[i];
      }
    }
    return max;
  }

  /**
   * Sets {@code weights[i] = exp(scores[i] - max)} for i below n and returns their sum, which is at
   * least 1 unless all tokens are removed. Where {@code max} is infinite, the infinite scores weigh
   * 1, others 0.
   *
   * @param scores at least n
   * @param max of the scores
   * @param weights at least n; may be {@code scores}
   */
  public static double weights(float[] scores, int n, float max, float[] weights) {
    if (Float.isInfinite(max)) {
      for (int i = 0; i < n; i++) {
        weights[i] = scores[i] == max && max > 0 ? 1 : 0;
      }
      return sum(weights, n);
    }
    for (int i = 0; i < n; i++) {
      weights[i] = (float) (exponential(Math.max(scores[i] - max, LOWEST)) - LOWEST_WEIGHT);
    }
    double sum = sum(weights, n);
    if (Double.isNaN(sum)) {
      for (int i = 0; i < n; i++) {
        if (Float.isNaN(weights[i])) {
          weights[i] = 0;
        }
      }
      return sum(weights, n);
    }
    return sum;
  }

  /** The logarithm of the sum of {@code exp(scores)}. */
  public static double logSum(float[] scores, Scratch scratch) {
    float max = max(scores);
    double sum = weights(scores, scores.length, max, scratch.weights(scores.length));
    return Float.isInfinite(max) ? max : max + Math.log(sum);
  }

  /**
   * {@code exp(x)} for x from LOWEST to 0: a series for x / 1024, squared ten times. Relative error
   * below 1e-8, without the table or the bit operations that would keep it scalar.
   */
  private static double exponential(double x) {
    double y = x * (1.0 / 1024);
    double e =
        1 + y * (1 + y * (1.0 / 2 + y * (1.0 / 6 + y * (1.0 / 24 + y * (1.0 / 120 + y / 720)))));
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    e *= e;
    return e;
  }

  private static double sum(float[] weights, int n) {
    // Four sums: one would wait for itself at every step.
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i < n - 3; i += 4) {
      a += weights[i];
      b += weights[i + 1];
      c += weights[i + 2];
      d += weights[i + 3];
    }
    for (; i < n; i++) {
      a += weights[i];
    }
    return a + b + (c + d);
  }
}
