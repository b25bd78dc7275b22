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
  private final int[] words = new int[4];
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
    words[0] = (int) block;
    words[1] = (int) (block >>> 32);
    words[2] = (int) stream;
    words[3] = (int) (stream >>> 32);
    philox((int) seed, (int) (seed >>> 32), words);
    block++;
    for (int i = 0; i < words.length; i += 2) {
      // StrictMath: the same bits on every machine.
      double radius = StrictMath.sqrt(-2 * StrictMath.log(uniform(words[i])));
      turn(radius, uniform(words[i + 1]), i);
    }
  }

  /**
   * drawn[i] and drawn[i + 1]: cosine and sine of a part of a full turn. StrictMath's own leave an
   * array behind for each call; here the series of an eighth of a turn and its rotations.
   */
  private void turn(double radius, double part, int i) {
    long quarters = Math.round(4 * part);
    double angle = (4 * part - quarters) * (Math.PI / 2); // |angle| <= pi / 4, below 2^-53 at x^17
    double square = angle * angle;
    double cosine = 1;
    double sine = 1;
    for (int n = 16; n > 0; n -= 2) {
      cosine = 1 - cosine * square / (n * (n - 1));
      sine = 1 - sine * square / (n * (n + 1));
    }
    cosine *= radius;
    sine *= radius * angle;
    boolean swapped = (quarters & 1) != 0;
    double x = swapped ? -sine : cosine;
    double y = swapped ? cosine : sine;
    boolean opposite = (quarters & 2) != 0;
    drawn[i] = opposite ? -x : x;
    drawn[i + 1] = opposite ? -y : y;
  }

  /** In (0, 1). */
  private static double uniform(int word) {
    return ((word & WORD) + 0.5) / (WORD + 1);
  }

  /** Puts the words that follow from a counter in its place. */
  static void philox(int key0, int key1, int[] counter) {
    int c0 = counter[0];
    int c1 = counter[1];
    int c2 = counter[2];
    int c3 = counter[3];
    int low = key0;
    int high = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = MULTIPLIER_0 * (c0 & WORD);
      long product1 = MULTIPLIER_1 * (c2 & WORD);
      c0 = (int) (product1 >>> 32) ^ c1 ^ low;
      c1 = (int) product1;
      c2 = (int) (product0 >>> 32) ^ c3 ^ high;
      c3 = (int) product0;
      low += WEYL_0;
      high += WEYL_1;
    }
    counter[0] = c0;
    counter[1] = c1;
    counter[2] = c2;
    counter[3] = c3;
  }
}
