// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import dev.gatun.tensor.Philox;

/** Permutations that are a pure function of (count, seed, epoch). */
final class Shuffle {
  private Shuffle() {}

  /** The order of one epoch, by Fisher and Yates. */
  static int[] order(int count, long seed, long epoch) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = below(seed, i, epoch, i + 1);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }

  /** A number in [0, bound): the upper part of 64 random bits times bound. */
  static int below(long seed, long counter, long high, int bound) {
    return (int) Math.unsignedMultiplyHigh(Philox.bits(seed, counter, high), bound);
  }
}
