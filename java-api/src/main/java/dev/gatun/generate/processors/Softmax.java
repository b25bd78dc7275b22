// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate.processors;

/** Parts of the softmax over scores [V]. Removed tokens and NaN have weight 0. */
public final class Softmax {
  /** Steps per power of two in the table. */
  private static final int STEPS = 32;

  private static final double TO_STEPS = STEPS / Math.log(2);
  private static final double FROM_STEPS = Math.log(2) / STEPS;

  /** Adding it leaves a rounded integer in the low bits. */
  private static final double ROUND = 0x1.8p52;

  /** Below it a float would be denormal; 1e-38 of the best token is nothing. */
  private static final float LOWEST = -87;

  /** Bits of 2^(i / STEPS). */
  private static final long[] POWERS = new long[STEPS];

  static {
    for (int i = 0; i < STEPS; i++) {
      POWERS[i] = Double.doubleToRawLongBits(Math.pow(2, (double) i / STEPS));
    }
  }

  private Softmax() {}

  /** The largest score; negative infinity if there is none. */
  public static float max(float[] scores) {
    float max = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      if (score > max) {
        max = score;
      }
    }
    return max;
  }

  /**
   * Sets {@code weights[i] = exp(scores[i] - max)} and returns their sum, which is at least 1 unless
   * all tokens are removed. Where {@code max} is infinite, the infinite scores weigh 1, others 0.
   *
   * @param scores [V]
   * @param max of the scores
   * @param weights at least V
   */
  public static double weights(float[] scores, float max, float[] weights) {
    double even = 0;
    double odd = 0;
    int last = scores.length - 1;
    for (int i = 0; i < last; i += 2) {
      // Two sums: one would wait for itself. Their order is fixed, so results are reproducible.
      float first = weight(scores[i], max);
      float second = weight(scores[i + 1], max);
      weights[i] = first;
      weights[i + 1] = second;
      even += first;
      odd += second;
    }
    if ((scores.length & 1) == 1) {
      weights[last] = weight(scores[last], max);
      even += weights[last];
    }
    return even + odd;
  }

  /** The logarithm of the sum of {@code exp(scores)}. */
  public static double logSum(float[] scores) {
    float max = max(scores);
    if (Float.isInfinite(max)) {
      return max;
    }
    double sum = 0;
    for (float score : scores) {
      sum += weight(score, max);
    }
    return max + Math.log(sum);
  }

  /** {@code exp(score - max)}, 0 for a removed token or NaN; relative error below 1e-7. */
  static float weight(float score, float max) {
    float difference = score - max;
    if (difference > LOWEST) {
      double steps = difference * TO_STEPS;
      double rounded = steps + ROUND;
      int whole = (int) Double.doubleToRawLongBits(rounded);
      double rest = (steps - (rounded - ROUND)) * FROM_STEPS;
      long bits = POWERS[whole & (STEPS - 1)] + ((long) (whole >> 5) << 52);
      double series = 1 + rest * (1 + rest * (0.5 + rest * (1.0 / 6)));
      return (float) (Double.longBitsToDouble(bits) * series);
    }
    return score == max && score > Float.NEGATIVE_INFINITY ? 1 : 0;
  }
}
