// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses.Smoothing;

/**
 * How a loss is computed.
 *
 * @param counts what each part of the loss is divided by, as {@link TrainableModel#labelCounts}
 *     counts: of one batch, or summed over all batches of an optimiser step
 * @param smoothing of cross-entropies over a vocabulary or classes
 */
public record LossOptions(long[] counts, Smoothing smoothing) {
  /** Plain losses. */
  public static LossOptions of(long[] counts) {
    return new LossOptions(counts, Smoothing.NONE);
  }

  /** The same with label smoothing and z-loss. */
  public LossOptions withSmoothing(Smoothing other) {
    return new LossOptions(counts, other);
  }

  /** 1 / count of a part; a part without labels has no loss and no gradient, whatever the scale. */
  public float scale(int part) {
    return (float) (1.0 / Math.max(1, counts[part]));
  }
}
