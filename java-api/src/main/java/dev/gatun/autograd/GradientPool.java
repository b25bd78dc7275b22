// SPDX-License-Identifier: Apache-2.0
package dev.gatun.autograd;

import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;

/**
 * Memory of activations' gradients. A gradient is dead once the operation that made its activation
 * has run its backward; its memory then serves the next one of the same size.
 */
final class GradientPool {
  /** Memory with the number of activations whose gradient is in it. */
  static final class Buffer {
    private final Tensor memory;
    private final boolean pooled;
    private int users = 1;

    private Buffer(Tensor memory, boolean pooled) {
      this.memory = memory;
      this.pooled = pooled;
    }

    /** f32 [count]. */
    Tensor memory() {
      return memory;
    }

    /** Whether it is the memory of an activation. */
    boolean isForeign() {
      return !pooled;
    }

    boolean isShared() {
      return users > 1;
    }

    Buffer share() {
      users++;
      return this;
    }
  }

  private final Workspace workspace;
  private final Map<Long, ArrayDeque<Buffer>> free = new HashMap<>();

  GradientPool(Workspace workspace) {
    this.workspace = workspace;
  }

  /** f32 [count], contents undefined. */
  Buffer take(long count) {
    ArrayDeque<Buffer> fitting = free.get(count);
    if (fitting == null || fitting.isEmpty()) {
      return new Buffer(workspace.allocate(DType.F32, count), true);
    }
    Buffer buffer = fitting.pop();
    buffer.users = 1;
    return buffer;
  }

  /** Memory that belongs to somebody else. */
  Buffer foreign(Tensor memory) {
    return new Buffer(memory, false);
  }

  /** Ends one use. */
  void release(Buffer buffer) {
    if (--buffer.users == 0 && buffer.pooled) {
      free.computeIfAbsent(buffer.memory.elementCount(), ignored -> new ArrayDeque<>())
          .push(buffer);
    }
  }
}
