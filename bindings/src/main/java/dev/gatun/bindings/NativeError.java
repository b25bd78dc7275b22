// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_error;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * The buffer into which a failing native call writes its text. Whoever makes calls owns one and
 * passes it to each of them; it must not be used by two threads at once.
 */
public final class NativeError {
  private final MemorySegment segment;

  /**
   * Allocates a buffer.
   *
   * @param allocator where the buffer lives, usually the arena of the stream that it belongs to
   */
  public NativeError(SegmentAllocator allocator) {
    segment = gatun_error.allocate(allocator);
  }

  MemorySegment segment() {
    return segment;
  }

  /**
   * Turns the status of the call that was just made with this buffer into an exception: the only
   * place where that is decided.
   *
   * @param status what the call returned, not {@code GATUN_STATUS_OK}
   * @return the exception to throw
   */
  RuntimeException toException(int status) {
    String message = gatun_error.message(segment).getString(0);
    if (status == GatunLibrary.GATUN_STATUS_INVALID_ARGUMENT()) {
      return new IllegalArgumentException(message);
    }
    if (status == GatunLibrary.GATUN_STATUS_UNSUPPORTED()) {
      return new UnsupportedOperationException(message);
    }
    if (status == GatunLibrary.GATUN_STATUS_OUT_OF_MEMORY()) {
      return new NativeOutOfMemoryException(status, message);
    }
    return new NativeException(status, message);
  }
}
