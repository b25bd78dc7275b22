// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_weight_layout_params {
 *     int64_t struct_size;
 *     gatun_tensor panels;
 *     gatun_tensor rows;
 *     int32_t to_rows;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_weight_layout_params {
  gatun_weight_layout_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout panels$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout rows$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfInt to_rows$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      panels$LAYOUT.withName("panels"),
      rows$LAYOUT.withName("rows"),
      to_rows$LAYOUT.withName("to_rows"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_weight_layout_params");

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

  // gatun_tensor panels

  public static final GroupLayout panels$layout() {
    return panels$LAYOUT;
  }

  private static final long panels$OFFSET = 8;

  public static final long panels$offset() {
    return panels$OFFSET;
  }

  public static MemorySegment panels(MemorySegment struct) {
    return struct.asSlice(panels$OFFSET, panels$LAYOUT.byteSize());
  }

  public static void panels(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, panels$OFFSET, panels$LAYOUT.byteSize());
  }

  // gatun_tensor rows

  public static final GroupLayout rows$layout() {
    return rows$LAYOUT;
  }

  private static final long rows$OFFSET = 104;

  public static final long rows$offset() {
    return rows$OFFSET;
  }

  public static MemorySegment rows(MemorySegment struct) {
    return struct.asSlice(rows$OFFSET, rows$LAYOUT.byteSize());
  }

  public static void rows(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, rows$OFFSET, rows$LAYOUT.byteSize());
  }

  // int32_t to_rows

  public static final ValueLayout.OfInt to_rows$layout() {
    return to_rows$LAYOUT;
  }

  private static final long to_rows$OFFSET = 200;

  public static final long to_rows$offset() {
    return to_rows$OFFSET;
  }

  public static int to_rows(MemorySegment struct) {
    return struct.get(to_rows$LAYOUT, to_rows$OFFSET);
  }

  public static void to_rows(MemorySegment struct, int fieldValue) {
    struct.set(to_rows$LAYOUT, to_rows$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 204;

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
