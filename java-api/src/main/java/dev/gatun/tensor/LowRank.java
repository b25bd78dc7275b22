// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * What an adapter adds to a product y = x Wᵀ: scale (x Aᵀ) Bᵀ. Both matrices are f32 and trainable.
 *
 * @param a [r, in]
 * @param b [out, r]
 * @param scale of the sum
 * @param dropout probability with which an element of x is left out before A, where the context has
 *     dropout on
 */
public record LowRank(Weight a, Weight b, float scale, float dropout) {
  /** Checks that the matrices fit each other. */
  public LowRank {
    if (a.rows() != b.columns()) {
      throw new IllegalArgumentException(
          "low rank: A is " + a + " and B is " + b + ", expected A [r, in] and B [out, r]");
    }
  }

  /** r. */
  public long rank() {
    return a.rows();
  }
}
