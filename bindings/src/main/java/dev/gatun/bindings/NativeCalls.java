// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import dev.gatun.bindings.generated.GatunLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.LongAdder;

/**
 * Every call into the native library passes through here. Thread-safe; a stream, and a {@link
 * NativeError}, serve one caller at a time.
 *
 * {@snippet :
 * NativeCalls.run(GatunLibrary::gatun_rms_norm_forward, stream, params, error);
 * }
 */
public final class NativeCalls {
  private static final LongAdder COUNT = new LongAdder();

  private NativeCalls() {}

  /**
   * A function of the one signature that the C ABI has: a handle, a struct or an out-pointer, the
   * error.
   */
  @FunctionalInterface
  public interface Function {
    /**
     * Calls the function.
     *
     * @param handle the stream, device or other handle
     * @param params the params struct, second handle or out-pointer
     * @param error the error buffer
     * @return a {@code GATUN_STATUS_*} value
     */
    int call(MemorySegment handle, MemorySegment params, MemorySegment error);
  }

  /**
   * Calls a function and turns a failure into an exception.
   *
   * @param function a method of {@link GatunLibrary}
   * @param handle the stream, device or other handle
   * @param params the params struct, second handle or out-pointer; the memory it names must stay
   *     alive during the call
   * @param error the caller's error buffer
   * @throws IllegalArgumentException if an argument is wrong
   * @throws UnsupportedOperationException if there is no kernel for the combination or the machine
   * @throws NativeOutOfMemoryException if memory or the budget does not suffice
   * @throws NativeLibraryException if the library cannot be loaded
   * @throws NativeException on any other failure
   */
  public static void run(
      Function function, MemorySegment handle, MemorySegment params, NativeError error) {
    NativeLibrary.load();
    COUNT.increment();
    int status = function.call(handle, params, error.segment());
    if (status != GatunLibrary.GATUN_STATUS_OK()) {
      throw error.toException(status);
    }
  }

  /**
   * Calls a function with an error buffer of its own; for calls that are rare.
   *
   * @param function a method of {@link GatunLibrary}
   * @param handle the stream, device or other handle
   * @param params the params struct or second handle; {@link MemorySegment#NULL} where there is
   *     none
   */
  public static void run(Function function, MemorySegment handle, MemorySegment params) {
    try (Arena arena = Arena.ofConfined()) {
      run(function, handle, params, new NativeError(arena));
    }
  }

  /**
   * Calls a function whose second parameter receives a new handle.
   *
   * @param function a method of {@link GatunLibrary}
   * @param handle its first parameter
   * @return the new handle
   */
  public static MemorySegment create(Function function, MemorySegment handle) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ValueLayout.ADDRESS);
      run(function, handle, out, new NativeError(arena));
      return out.get(ValueLayout.ADDRESS, 0);
    }
  }

  /**
   * Number of calls made by this JVM so far, for tests and statistics.
   *
   * @return calls through {@link #run}
   */
  public static long count() {
    return COUNT.sum();
  }
}
