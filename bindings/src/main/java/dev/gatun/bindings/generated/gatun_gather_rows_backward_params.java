// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_gather_rows_backward_params {
 *     int64_t struct_size;
 *     gatun_tensor rows;
 *     gatun_tensor dy;
 *     gatun_tensor dx;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_gather_rows_backward_params {
  gatun_gather_rows_backward_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout rows$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dy$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dx$LAYOUT = gatun_tensor.layout();

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      rows$LAYOUT.withName("rows"),
      dy$LAYOUT.withName("dy"),
      dx$LAYOUT.withName("dx")
  ).withName("gatun_gather_rows_backward_params");

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

  // gatun_tensor rows

  public static final GroupLayout rows$layout() {
    return rows$LAYOUT;
  }

  private static final long rows$OFFSET = 8;

  public static final long rows$offset() {
    return rows$OFFSET;
  }

  public static MemorySegment rows(MemorySegment struct) {
    return struct.asSlice(rows$OFFSET, rows$LAYOUT.byteSize());
  }

  public static void rows(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, rows$OFFSET, rows$LAYOUT.byteSize());
  }

  // gatun_tensor dy

  public static final GroupLayout dy$layout() {
    return dy$LAYOUT;
  }

  private static final long dy$OFFSET = 104;

  public static final long dy$offset() {
    return dy$OFFSET;
  }

  public static MemorySegment dy(MemorySegment struct) {
    return struct.asSlice(dy$OFFSET, dy$LAYOUT.byteSize());
  }

  public static void dy(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dy$OFFSET, dy$LAYOUT.byteSize());
  }

  // gatun_tensor dx

  public static final GroupLayout dx$layout() {
    return dx$LAYOUT;
  }

  private static final long dx$OFFSET = 200;

  public static final long dx$offset() {
    return dx$OFFSET;
  }

  public static MemorySegment dx(MemorySegment struct) {
    return struct.asSlice(dx$OFFSET, dx$LAYOUT.byteSize());
  }

  public static void dx(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dx$OFFSET, dx$LAYOUT.byteSize());
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
