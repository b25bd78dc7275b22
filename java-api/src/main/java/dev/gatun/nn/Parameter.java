// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A named parameter of a model: a matrix in some storage format, or an f32 tensor that kernels read
 * as it is (a vector, or a small table).
 *
 * @param name its Hugging Face name
 * @param matrix [out, in], or null for a vector
 * @param vector [length] or [rows, columns], or null for a matrix
 * @param changes how often it was changed
 */
public record Parameter(String name, Weight matrix, Tensor vector, AtomicLong changes) {
  /** f32 values of a cache line. */
  private static final long LINE = 16;

  /** Checks that it is one of the two. */
  public Parameter {
    if ((matrix == null) == (vector == null)) {
      throw new IllegalArgumentException("parameter " + name + ": expected a matrix or a vector");
    }
  }

  /** A parameter that was never changed. */
  public Parameter(String name, Weight matrix, Tensor vector) {
    this(name, matrix, vector, new AtomicLong());
  }

  /** The shape. */
  public long[] shape() {
    return matrix != null ? new long[] {matrix.rows(), matrix.columns()} : vector.shape();
  }

  /** The number of values. */
  public long elementCount() {
    return matrix != null ? matrix.rows() * matrix.columns() : vector.elementCount();
  }

  /**
   * The values that training changes: a vector, or the master of a matrix in its own order.
   *
   * @throws IllegalStateException if the matrix is frozen
   */
  public Tensor values() {
    return matrix != null ? matrix.master() : vector;
  }

  /**
   * The number of {@link #values()}, rounded up to whole cache lines: what a buffer with an element
   * for each of them takes, so that the next one starts at a cache line.
   */
  public long paddedCount() {
    return (values().elementCount() + LINE - 1) / LINE * LINE;
  }

  /** Whether an optimiser may change it. */
  public boolean isTrainable() {
    return matrix == null || matrix.isTrainable();
  }

  /** A number that grows with every change. */
  public long version() {
    return changes.get();
  }

  /**
   * To be called after {@link #values()} were changed: what products read is derived anew, and a
   * tape that is open notices. No other context may be using the model.
   */
  public void changed(Context context) {
    changes.incrementAndGet();
    if (matrix != null) {
      matrix.refresh(context);
    }
  }
}
