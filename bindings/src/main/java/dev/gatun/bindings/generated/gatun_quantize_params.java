// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_quantize_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     void* y;
 *     int64_t y_byte_length;
 *     gatun_dtype dtype;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_quantize_params {
  gatun_quantize_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final AddressLayout y$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong y_byte_length$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt dtype$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      y$LAYOUT.withName("y"),
      y_byte_length$LAYOUT.withName("y_byte_length"),
      dtype$LAYOUT.withName("dtype"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_quantize_params");

  public static final GroupLayout layout() {
    return $LAYOUT;
  }

  // int64_t struct_size

  public static final ValueLayout.OfLong struct_size$layout() {
    return struct_size$LAYOUT;
  }

  private static final long struct_size$OFFSET = 0;

  public static final long struct_size$offset() {
    return struct_size$OFFSET;
  }

  public static long struct_size(MemorySegment struct) {
    return struct.get(struct_size$LAYOUT, struct_size$OFFSET);
  }

  public static void struct_size(MemorySegment struct, long fieldValue) {
    struct.set(struct_size$LAYOUT, struct_size$OFFSET, fieldValue);
  }

  // gatun_tensor x

  public static final GroupLayout x$layout() {
    return x$LAYOUT;
  }

  private static final long x$OFFSET = 8;

  public static final long x$offset() {
    return x$OFFSET;
  }

  public static MemorySegment x(MemorySegment struct) {
    return struct.asSlice(x$OFFSET, x$LAYOUT.byteSize());
  }

  public static void x(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, x$OFFSET, x$LAYOUT.byteSize());
  }

  // void* y

  public static final AddressLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 104;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.get(y$LAYOUT, y$OFFSET);
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(y$LAYOUT, y$OFFSET, fieldValue);
  }

  // int64_t y_byte_length

  public static final ValueLayout.OfLong y_byte_length$layout() {
    return y_byte_length$LAYOUT;
  }

  private static final long y_byte_length$OFFSET = 112;

  public static final long y_byte_length$offset() {
    return y_byte_length$OFFSET;
  }

  public static long y_byte_length(MemorySegment struct) {
    return struct.get(y_byte_length$LAYOUT, y_byte_length$OFFSET);
  }

  public static void y_byte_length(MemorySegment struct, long fieldValue) {
    struct.set(y_byte_length$LAYOUT, y_byte_length$OFFSET, fieldValue);
  }

  // gatun_dtype dtype

  public static final ValueLayout.OfInt dtype$layout() {
    return dtype$LAYOUT;
  }

  private static final long dtype$OFFSET = 120;

  public static final long dtype$offset() {
    return dtype$OFFSET;
  }

  public static int dtype(MemorySegment struct) {
    return struct.get(dtype$LAYOUT, dtype$OFFSET);
  }

  public static void dtype(MemorySegment struct, int fieldValue) {
    struct.set(dtype$LAYOUT, dtype$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 124;

  public static final long reserved$offset() {
    return reserved$OFFSET;
  }

  public static int reserved(MemorySegment struct) {
    return struct.get(reserved$LAYOUT, reserved$OFFSET);
  }

  public static void reserved(MemorySegment struct, int fieldValue) {
    struct.set(reserved$LAYOUT, reserved$OFFSET, fieldValue);
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
