// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * The adapters that a context applies to products, each in a slot. Which of them a token uses is
 * data: {@link #slots()} may be rewritten between two runs of a recorded graph.
 */
public interface Adapters {
  /**
   * What is added to products with a matrix.
   *
   * @return by slot, null where a slot's adapter leaves the matrix alone; null if all of them do
   */
  LowRank[] of(Weight weight);

  /** [N] the slot of each token's adapter, -1 for none; null if all tokens use slot 0. */
  Tensor slots();
}
