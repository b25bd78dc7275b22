// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * The counter-based generator Philox 4x32-10 (Salmon et al., 2011): a number is a function of key
 * and counter alone, so that a token depends on seed and position and not on what was drawn before.
 */
public final class Philox {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xffffffffL;

  private Philox() {}

  /** Number {@code counter} of the sequence {@code key}, in [0, 1) with 53 bits. */
  public static double uniform(long key, long counter) {
    return (bits(key, counter, 0) >>> 11) * 0x1p-53;
  }

  /** The first two words for the counter (counter, high); the first is the upper half. */
  public static long bits(long key, long counter, long high) {
    int c0 = (int) counter;
    int c1 = (int) (counter >>> 32);
    int c2 = (int) high;
    int c3 = (int) (high >>> 32);
    int k0 = (int) key;
    int k1 = (int) (key >>> 32);
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & LOW);
      long product1 = MULTIPLIER_1 * (c2 & LOW);
      c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c3 = (int) product0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return (long) c0 << 32 | c1 & LOW;
  }
}
