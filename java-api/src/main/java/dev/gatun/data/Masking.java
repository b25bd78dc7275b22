// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import dev.gatun.tensor.Philox;
import java.util.Arrays;

/**
 * The corruption of masked language modelling: each token that is not special is chosen with a
 * probability; a chosen one becomes the mask token (80 %), a random one (10 %) or stays (10 %), and
 * is the target. What happens to a token is a function of (seed, epoch, example, position): every
 * epoch has new masks, and a resumed run has the same ones.
 *
 * @param probability that a token is chosen
 * @param maskToken id that replaces it
 * @param vocabularySize random ids are below it
 * @param specialTokens ids that are never chosen
 * @param seed of the choices
 */
public record Masking(
    double probability, int maskToken, int vocabularySize, int[] specialTokens, long seed) {
  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.9;

  /** Checks the ranges. */
  public Masking {
    if (!(probability > 0 && probability < 1)) {
      throw new IllegalArgumentException(
          "masking: probability is " + probability + ", expected between 0 and 1");
    }
    if (maskToken < 0 || maskToken >= vocabularySize) {
      throw new IllegalArgumentException(
          "masking: mask token " + maskToken + " is outside of [0, " + vocabularySize + ")");
    }
    specialTokens = specialTokens.clone();
    Arrays.sort(specialTokens);
  }

  /** The corrupted tokens, and as labels the original of each chosen one. */
  public Example apply(Example example, long epoch, int index) {
    int[] ids = example.ids().clone();
    int[] labels = new int[ids.length];
    Arrays.fill(labels, Example.IGNORED);
    long sequence = epoch << Integer.SIZE | index;
    for (int i = 0; i < ids.length; i++) {
      if (Arrays.binarySearch(specialTokens, ids[i]) >= 0
          || uniform(sequence, i, 0) >= probability) {
        continue;
      }
      labels[i] = ids[i];
      double what = uniform(sequence, i, 1);
      if (what < MASKED) {
        ids[i] = maskToken;
      } else if (what < RANDOM) {
        ids[i] = Shuffle.below(seed, 3L * i + 2, sequence, vocabularySize);
      }
    }
    return new Example(ids, example.types(), labels, null);
  }

  /** Draw {@code which} of 0 to 2 for a position. */
  private double uniform(long sequence, long position, int which) {
    return (Philox.bits(seed, 3 * position + which, sequence) >>> 11) * 0x1p-53;
  }
}
