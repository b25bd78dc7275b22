// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeError;
import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_copy_params;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * How the host reaches the memory of a GPU: by copies in the order of a stream, or directly, once
 * the stream has nothing in flight. A CPU's tensors have none.
 *
 * <p>Those of a context are for one thread at a time. Those of a device are for tensors that belong
 * to no context, such as parameters: any thread may use them, and its copies wait for the contexts
 * that the same thread has been using. What another thread's context has been given is that
 * thread's to wait for.
 */
final class Transfers {
  private final Device device;
  private final MemorySegment stream;
  private final MemorySegment params;
  private final NativeError error;

  /** Of a device's: those of its contexts; of a context's: null. */
  private final Set<Transfers> contexts;

  private volatile boolean pending;
  private volatile Thread user;

  /**
   * Transfers of a stream.
   *
   * @param arena lives as long as the stream
   * @param contexts for those of a device, the transfers of its contexts; else null
   */
  Transfers(Device device, MemorySegment stream, Arena arena, Set<Transfers> contexts) {
    this.contexts = contexts;
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
    user = Thread.currentThread();
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
    submitted();
    if (contexts != null) {
      synchronize();
    }
  }

  private void waitForContexts() {
    if (contexts != null) {
      for (Transfers context : contexts) {
        if (context.user == Thread.currentThread()) {
          context.synchronize();
        }
      }
    }
  }

  private synchronized void copy(MemorySegment target, MemorySegment source, int kind) {
    waitForContexts();
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
