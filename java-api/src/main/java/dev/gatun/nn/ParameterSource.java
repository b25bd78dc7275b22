// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;

/**
 * Where the parts of a model get their parameters: a file, or an initialiser. Addressed by Hugging
 * Face names with the shape that the part expects, whatever the file calls them.
 */
public interface ParameterSource {
  /** The device that the parameters live on. */
  Device device();

  /** The arithmetic of products. */
  Arithmetic arithmetic();

  /** Whether there is a parameter of this name. */
  boolean has(String name);

  /**
   * A matrix [out, in].
   *
   * @throws RuntimeException of the source's kind if it is missing or has another shape
   */
  Parameter matrix(String name, long out, long in);

  /**
   * A matrix [out, in] of which FAST keeps at least 16 bits per value: a table that is only read by
   * rows, or a projection whose errors the model amplifies.
   */
  Parameter preciseMatrix(String name, long out, long in);

  /** An f32 vector [length]. */
  Parameter vector(String name, long length);

  /** A small f32 table [rows, columns], row-major, that kernels read as it is. */
  Parameter table(String name, long rows, long columns);

  /** An f32 vector of this source's own memory with these values. */
  Parameter constant(String name, float[] values);

  /**
   * A view of this source under a prefix: {@code at("a.").matrix("b")} is {@code matrix("a.b")}.
   */
  default ParameterSource at(String prefix) {
    return new PrefixedParameters(this, prefix);
  }
}
