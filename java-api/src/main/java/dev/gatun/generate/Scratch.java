// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;

/**
 * Memory that the processors of one chain share, so that a step allocates nothing. Each array is
 * made at its first use and grows with the vocabulary. Contents do not outlive a call, except that
 * counts are all zero between calls. Not thread-safe: one per request.
 */
final class Scratch {
  private float[] weights = new float[0];
  private long[] keys = new long[0];
  private int[] counts = new int[0];
  private int[] tokens = new int[0];
  private double[] sums = new double[0];

  /** No memory yet. */
  public Scratch() {}

  /** At least {@code length} floats. */
  public float[] weights(int length) {
    if (weights.length < length) {
      weights = new float[length];
    }
    return weights;
  }

  /** At least {@code length} keys of {@link Selection}. */
  public long[] keys(int length) {
    if (keys.length < length) {
      keys = new long[length];
    }
    return keys;
  }

  /** At least {@code length} tokens. */
  public int[] tokens(int length) {
    if (tokens.length < length) {
      tokens = new int[length];
    }
    return tokens;
  }

  /**
   * Gathers the tokens that are left: their ids in {@link #tokens}, ascending, and their scores in
   * {@link #weights}. Narrowed choices are small, and only they need an exponential.
   *
   * @return how many are left
   */
  public int gather(float[] scores) {
    float[] left = weights(scores.length);
    int[] ids = tokens(scores.length);
    int n = 0;
    for (int token = 0; token < scores.length; token++) {
      if (scores[token] > Float.NEGATIVE_INFINITY) {
        ids[n] = token;
        left[n++] = scores[token];
      }
    }
    return n;
  }

  /** At least {@code length} sums, all 0. */
  double[] sums(int length) {
    if (sums.length < length) {
      sums = new double[length];
    }
    Arrays.fill(sums, 0);
    return sums;
  }

  /** At least {@code length} zeros; the user leaves zeros. */
  int[] counts(int length) {
    if (counts.length < length) {
      counts = new int[length];
    }
    return counts;
  }
}
