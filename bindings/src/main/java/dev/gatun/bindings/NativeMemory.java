// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_buffer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Device memory as segments that die with an arena. */
public final class NativeMemory {
  private NativeMemory() {}

  /**
   * Allocates zeroed memory of a device; closing the arena frees it. A GPU's may be handed to
   * native functions only.
   *
   * @param device handle of the device, which must outlive the arena
   * @param bytes at least 1
   * @param arena the owner
   * @return a segment of exactly {@code bytes} bytes
   * @throws NativeOutOfMemoryException if the budget or the machine's memory does not hold it
   */
  public static MemorySegment allocate(MemorySegment device, long bytes, Arena arena) {
    return allocate(device, bytes, GatunLibrary.GATUN_BUFFER_MEMORY(), arena);
  }

  /**
   * Takes zeroed addresses for calls that are only planned: pages take memory once they are
   * touched, and nothing counts against the budget. Otherwise as {@link #allocate}.
   */
  public static MemorySegment addresses(MemorySegment device, long bytes, Arena arena) {
    return allocate(device, bytes, GatunLibrary.GATUN_BUFFER_ADDRESSES(), arena);
  }

  /** Memory that the JVM reads and writes too, also where the device is a GPU. */
  public static MemorySegment allocateHostVisible(MemorySegment device, long bytes, Arena arena) {
    return allocate(device, bytes, GatunLibrary.GATUN_BUFFER_HOST_VISIBLE(), arena);
  }

  private static MemorySegment allocate(MemorySegment device, long bytes, int kind, Arena arena) {
    // The descriptor must still be readable when the arena's cleanup runs.
    MemorySegment buffer = gatun_buffer.allocate(Arena.ofAuto());
    gatun_buffer.struct_size(buffer, gatun_buffer.sizeof());
    gatun_buffer.byte_length(buffer, bytes);
    gatun_buffer.kind(buffer, kind);
    NativeCalls.run(GatunLibrary::gatun_buffer_allocate, device, buffer);
    return gatun_buffer
        .data(buffer)
        .reinterpret(
            bytes,
            arena,
            ignored -> NativeCalls.run(GatunLibrary::gatun_buffer_free, device, buffer));
  }

  /**
   * A view of memory that the library owns.
   *
   * @param address where it begins
   * @param bytes its length
   * @return a segment that is valid for as long as the owner, which the caller has to ensure
   */
  public static MemorySegment view(MemorySegment address, long bytes) {
    return address.reinterpret(bytes);
  }
}
