// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;

/**
 * A named parameter of a model: a matrix in some storage format, or an f32 vector.
 *
 * @param name its Hugging Face name
 * @param matrix [out, in], or null for a vector
 * @param vector [length], or null for a matrix
 */
public record Parameter(String name, Weight matrix, Tensor vector) {
  /** Checks that it is one of the two. */
  public Parameter {
    if ((matrix == null) == (vector == null)) {
      throw new IllegalArgumentException("parameter " + name + ": expected a matrix or a vector");
    }
  }

  /** The shape. */
  public long[] shape() {
    return matrix != null ? new long[] {matrix.rows(), matrix.columns()} : vector.shape();
  }
}
