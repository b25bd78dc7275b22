// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import java.nio.charset.StandardCharsets;

/**
 * Standard normal numbers from a counter-based generator: Philox4x32-10 with the seed as key and
 * the name in the counter, then Box and Muller. Salmon et al. 2011, doi 10.1145/2063384.2063405.
 */
final class Normals {
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long WORD = 0xFFFFFFFFL;

  private final long seed;
  private final long stream;
  private final double[] drawn = new double[4];
  private long block;
  private int used = 4;

  /** From number {@code first} on, a multiple of 4. */
  Normals(long seed, String name, long first) {
    this.seed = seed;
    this.stream = hash(name);
    this.block = first / drawn.length;
  }

  /** FNV-1a, 64 bits. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (letter & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }

  double next() {
    if (used == drawn.length) {
      draw();
      used = 0;
    }
    return drawn[used++];
  }

  private void draw() {
    int[] words =
        philox(
            (int) seed,
            (int) (seed >>> 32),
            (int) block,
            (int) (block >>> 32),
            (int) stream,
            (int) (stream >>> 32));
    block++;
    for (int i = 0; i < words.length; i += 2) {
      // StrictMath: the same bits on every machine.
      double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(words[i])));
      double angle = 2 * Math.PI * uniform(words[i + 1]);
      drawn[i] = radius * StrictMath.cos(angle);
      drawn[i + 1] = radius * StrictMath.sin(angle);
    }
  }

  /** In (0, 1). */
  private static double uniform(int word) {
    return ((word & WORD) + 0.5) / (WORD + 1);
  }

  static int[] philox(int key0, int key1, int c0, int c1, int c2, int c3) {
    int[] counter = {c0, c1, c2, c3};
    int low = key0;
    int high = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (counter[0] & WORD);
      long product1 = MULTIPLIER_1 * (counter[2] & WORD);
      counter =
          new int[] {
            (int) (product1 >>> 32) ^ counter[1] ^ low,
            (int) product1,
            (int) (product0 >>> 32) ^ counter[3] ^ high,
            (int) product0
          };
      low += WEYL_0;
      high += WEYL_1;
    }
    return counter;
  }
}
