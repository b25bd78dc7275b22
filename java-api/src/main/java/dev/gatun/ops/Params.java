// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Writing of operands that may be absent. */
final class Params {
  private Params() {}

  /** Describes the tensor, or leaves the cleared descriptor, which means "none". */
  static void describe(Tensor tensor, MemorySegment descriptor) {
    if (tensor != null) {
      tensor.describe(descriptor);
    }
  }
}
