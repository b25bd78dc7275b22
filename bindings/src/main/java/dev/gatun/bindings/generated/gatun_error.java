// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_error {
 *     int32_t status;
 *     int32_t reserved;
 *     char message[GATUN_ERROR_MESSAGE_BYTES];
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_error {
  gatun_error() {}

  private static final ValueLayout.OfInt status$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;
  private static final SequenceLayout message$LAYOUT = MemoryLayout.sequenceLayout(1016, GatunLibrary.C_CHAR);

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      status$LAYOUT.withName("status"),
      reserved$LAYOUT.withName("reserved"),
      message$LAYOUT.withName("message")
  ).withName("gatun_error");

  public static final GroupLayout layout() {
    return $LAYOUT;
  }

  // int32_t status

  public static final ValueLayout.OfInt status$layout() {
    return status$LAYOUT;
  }

  private static final long status$OFFSET = 0;

  public static final long status$offset() {
    return status$OFFSET;
  }

  public static int status(MemorySegment struct) {
    return struct.get(status$LAYOUT, status$OFFSET);
  }

  public static void status(MemorySegment struct, int fieldValue) {
    struct.set(status$LAYOUT, status$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 4;

  public static final long reserved$offset() {
    return reserved$OFFSET;
  }

  public static int reserved(MemorySegment struct) {
    return struct.get(reserved$LAYOUT, reserved$OFFSET);
  }

  public static void reserved(MemorySegment struct, int fieldValue) {
    struct.set(reserved$LAYOUT, reserved$OFFSET, fieldValue);
  }

  // char message[GATUN_ERROR_MESSAGE_BYTES]

  public static final SequenceLayout message$layout() {
    return message$LAYOUT;
  }

  private static final long message$OFFSET = 8;

  public static final long message$offset() {
    return message$OFFSET;
  }

  public static MemorySegment message(MemorySegment struct) {
    return struct.asSlice(message$OFFSET, message$LAYOUT.byteSize());
  }

  public static void message(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, message$OFFSET, message$LAYOUT.byteSize());
  }

  private static final long[] message$DIMS = {1016};

  public static long[] message$dimensions() {
    return message$DIMS.clone();
  }

  public static byte message(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, message$OFFSET + Objects.checkIndex(index0, 1016L) * 1);
  }

  public static void message(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, message$OFFSET + Objects.checkIndex(index0, 1016L) * 1, fieldValue);
  }

  /** Obtains a slice of {@code array} which selects the array element at {@code index}. */
  public static MemorySegment asSlice(MemorySegment array, long index) {
    return array.asSlice(layout().byteSize() * index);
  }

  /** The size (in bytes) of this struct. */
  public static long sizeof() {
    return layout().byteSize();
  }

  /** Allocates a segment of size {@code layout().byteSize()} using {@code allocator}. */
  public static MemorySegment allocate(SegmentAllocator allocator) {
    return allocator.allocate(layout());
  }

  /** Allocates an array of size {@code elementCount} using {@code allocator}. */
  public static MemorySegment allocateArray(long elementCount, SegmentAllocator allocator) {
    return allocator.allocate(MemoryLayout.sequenceLayout(elementCount, layout()));
  }

  /** Reinterprets {@code addr} using target {@code arena} and {@code cleanup} action (if any). */
  public static MemorySegment reinterpret(
      MemorySegment addr, Arena arena, Consumer<MemorySegment> cleanup) {
    return reinterpret(addr, 1, arena, cleanup);
  }

  /** As above, for {@code elementCount} structs. */
  public static MemorySegment reinterpret(
      MemorySegment addr, long elementCount, Arena arena, Consumer<MemorySegment> cleanup) {
    return addr.reinterpret(layout().byteSize() * elementCount, arena, cleanup);
  }
}
