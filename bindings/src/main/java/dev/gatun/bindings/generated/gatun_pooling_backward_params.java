// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_pooling_backward_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor cu_seqlens;
 *     gatun_tensor dy;
 *     gatun_tensor dx;
 *     int32_t mode;
 *     int32_t normalize;
 *     int32_t accumulate;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_pooling_backward_params {
  gatun_pooling_backward_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dy$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dx$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfInt mode$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt normalize$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt accumulate$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      cu_seqlens$LAYOUT.withName("cu_seqlens"),
      dy$LAYOUT.withName("dy"),
      dx$LAYOUT.withName("dx"),
      mode$LAYOUT.withName("mode"),
      normalize$LAYOUT.withName("normalize"),
      accumulate$LAYOUT.withName("accumulate"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_pooling_backward_params");

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

  // gatun_tensor dy

  public static final GroupLayout dy$layout() {
    return dy$LAYOUT;
  }

  private static final long dy$OFFSET = 200;

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

  private static final long dx$OFFSET = 296;

  public static final long dx$offset() {
    return dx$OFFSET;
  }

  public static MemorySegment dx(MemorySegment struct) {
    return struct.asSlice(dx$OFFSET, dx$LAYOUT.byteSize());
  }

  public static void dx(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dx$OFFSET, dx$LAYOUT.byteSize());
  }

  // int32_t mode

  public static final ValueLayout.OfInt mode$layout() {
    return mode$LAYOUT;
  }

  private static final long mode$OFFSET = 392;

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

  private static final long normalize$OFFSET = 396;

  public static final long normalize$offset() {
    return normalize$OFFSET;
  }

  public static int normalize(MemorySegment struct) {
    return struct.get(normalize$LAYOUT, normalize$OFFSET);
  }

  public static void normalize(MemorySegment struct, int fieldValue) {
    struct.set(normalize$LAYOUT, normalize$OFFSET, fieldValue);
  }

  // int32_t accumulate

  public static final ValueLayout.OfInt accumulate$layout() {
    return accumulate$LAYOUT;
  }

  private static final long accumulate$OFFSET = 400;

  public static final long accumulate$offset() {
    return accumulate$OFFSET;
  }

  public static int accumulate(MemorySegment struct) {
    return struct.get(accumulate$LAYOUT, accumulate$OFFSET);
  }

  public static void accumulate(MemorySegment struct, int fieldValue) {
    struct.set(accumulate$LAYOUT, accumulate$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 404;

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
