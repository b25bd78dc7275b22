// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate.processors;

/**
 * Memory that the processors of one chain share, so that a step allocates nothing. Each array is made
 * at its first use and grows with the vocabulary. Contents do not outlive a call, except that counts
 * are all zero between calls. Not thread-safe: one per request.
 */
public final class Scratch {
  private float[] weights = new float[0];
  private long[] keys = new long[0];
  private int[] counts = new int[0];

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

  /** At least {@code length} zeros; the user leaves zeros. */
  public int[] counts(int length) {
    if (counts.length < length) {
      counts = new int[length];
    }
    return counts;
  }
}
