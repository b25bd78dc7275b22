// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_pooling_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor cu_seqlens;
 *     gatun_tensor y;
 *     int32_t mode;
 *     int32_t normalize;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_pooling_params {
  gatun_pooling_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfInt mode$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt normalize$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      cu_seqlens$LAYOUT.withName("cu_seqlens"),
      y$LAYOUT.withName("y"),
      mode$LAYOUT.withName("mode"),
      normalize$LAYOUT.withName("normalize")
  ).withName("gatun_pooling_params");

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

  // gatun_tensor cu_seqlens

  public static final GroupLayout cu_seqlens$layout() {
    return cu_seqlens$LAYOUT;
  }

  private static final long cu_seqlens$OFFSET = 104;

  public static final long cu_seqlens$offset() {
    return cu_seqlens$OFFSET;
  }

  public static MemorySegment cu_seqlens(MemorySegment struct) {
    return struct.asSlice(cu_seqlens$OFFSET, cu_seqlens$LAYOUT.byteSize());
  }

  public static void cu_seqlens(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cu_seqlens$OFFSET, cu_seqlens$LAYOUT.byteSize());
  }

  // gatun_tensor y

  public static final GroupLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 200;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.asSlice(y$OFFSET, y$LAYOUT.byteSize());
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET, y$LAYOUT.byteSize());
  }

  // int32_t mode

  public static final ValueLayout.OfInt mode$layout() {
    return mode$LAYOUT;
  }

  private static final long mode$OFFSET = 296;

  public static final long mode$offset() {
    return mode$OFFSET;
  }

  public static int mode(MemorySegment struct) {
    return struct.get(mode$LAYOUT, mode$OFFSET);
  }

  public static void mode(MemorySegment struct, int fieldValue) {
    struct.set(mode$LAYOUT, mode$OFFSET, fieldValue);
  }

  // int32_t normalize

  public static final ValueLayout.OfInt normalize$layout() {
    return normalize$LAYOUT;
  }

  private static final long normalize$OFFSET = 300;

  public static final long normalize$offset() {
    return normalize$OFFSET;
  }

  public static int normalize(MemorySegment struct) {
    return struct.get(normalize$LAYOUT, normalize$OFFSET);
  }

  public static void normalize(MemorySegment struct, int fieldValue) {
    struct.set(normalize$LAYOUT, normalize$OFFSET, fieldValue);
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
