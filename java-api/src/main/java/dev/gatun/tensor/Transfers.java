// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeError;
import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_copy_params;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * How the host reaches the memory of a GPU: by copies in the order of a stream, or directly, once
 * the stream has nothing in flight. A CPU's tensors have none. One thread at a time.
 */
final class Transfers {
  private final Device device;
  private final MemorySegment stream;
  private final MemorySegment params;
  private final NativeError error;
  private boolean pending;

  /**
   * Transfers of a stream.
   *
   * @param arena lives as long as the stream
   */
  Transfers(Device device, MemorySegment stream, Arena arena) {
    this.device = device;
    this.stream = stream;
    this.params = gatun_copy_params.allocate(arena);
    this.error = new NativeError(arena);
  }

  Device device() {
    return device;
  }

  /** Something was given to the stream. */
  void submitted() {
    pending = true;
  }

  /** Waits until the stream has nothing in flight. */
  void synchronize() {
    if (pending) {
      pending = false;
      call(GatunLibrary::gatun_stream_synchronize, MemorySegment.NULL);
    }
  }

  void copyIn(MemorySegment target, MemorySegment source) {
    copy(target, source, GatunLibrary.GATUN_COPY_IN());
  }

  void copyOut(MemorySegment target, MemorySegment source) {
    copy(target, source, GatunLibrary.GATUN_COPY_OUT());
  }

  void clear(MemorySegment target) {
    copy(target, MemorySegment.NULL, GatunLibrary.GATUN_COPY_ZERO());
    pending = true;
  }

  private void copy(MemorySegment target, MemorySegment source, int kind) {
    gatun_copy_params.struct_size(params, gatun_copy_params.sizeof());
    gatun_copy_params.target(params, target);
    gatun_copy_params.source(params, source);
    gatun_copy_params.byte_length(params, target.byteSize());
    gatun_copy_params.kind(params, kind);
    call(GatunLibrary::gatun_copy, params);
  }

  private void call(NativeCalls.Function function, MemorySegment argument) {
    try {
      NativeCalls.run(function, stream, argument, error);
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
  }
}
