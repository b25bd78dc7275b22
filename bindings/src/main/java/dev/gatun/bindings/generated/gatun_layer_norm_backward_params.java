// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_layer_norm_backward_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor weight;
 *     gatun_tensor dy;
 *     gatun_tensor dx;
 *     gatun_tensor dweight;
 *     gatun_tensor dbias;
 *     float eps;
 *     int32_t accumulate;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_layer_norm_backward_params {
  gatun_layer_norm_backward_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout weight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dy$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dx$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dweight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dbias$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat eps$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt accumulate$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      weight$LAYOUT.withName("weight"),
      dy$LAYOUT.withName("dy"),
      dx$LAYOUT.withName("dx"),
      dweight$LAYOUT.withName("dweight"),
      dbias$LAYOUT.withName("dbias"),
      eps$LAYOUT.withName("eps"),
      accumulate$LAYOUT.withName("accumulate")
  ).withName("gatun_layer_norm_backward_params");

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

  // gatun_tensor weight

  public static final GroupLayout weight$layout() {
    return weight$LAYOUT;
  }

  private static final long weight$OFFSET = 104;

  public static final long weight$offset() {
    return weight$OFFSET;
  }

  public static MemorySegment weight(MemorySegment struct) {
    return struct.asSlice(weight$OFFSET, weight$LAYOUT.byteSize());
  }

  public static void weight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, weight$OFFSET, weight$LAYOUT.byteSize());
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

  // gatun_tensor dweight

  public static final GroupLayout dweight$layout() {
    return dweight$LAYOUT;
  }

  private static final long dweight$OFFSET = 392;

  public static final long dweight$offset() {
    return dweight$OFFSET;
  }

  public static MemorySegment dweight(MemorySegment struct) {
    return struct.asSlice(dweight$OFFSET, dweight$LAYOUT.byteSize());
  }

  public static void dweight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dweight$OFFSET, dweight$LAYOUT.byteSize());
  }

  // gatun_tensor dbias

  public static final GroupLayout dbias$layout() {
    return dbias$LAYOUT;
  }

  private static final long dbias$OFFSET = 488;

  public static final long dbias$offset() {
    return dbias$OFFSET;
  }

  public static MemorySegment dbias(MemorySegment struct) {
    return struct.asSlice(dbias$OFFSET, dbias$LAYOUT.byteSize());
  }

  public static void dbias(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dbias$OFFSET, dbias$LAYOUT.byteSize());
  }

  // float eps

  public static final ValueLayout.OfFloat eps$layout() {
    return eps$LAYOUT;
  }

  private static final long eps$OFFSET = 584;

  public static final long eps$offset() {
    return eps$OFFSET;
  }

  public static float eps(MemorySegment struct) {
    return struct.get(eps$LAYOUT, eps$OFFSET);
  }

  public static void eps(MemorySegment struct, float fieldValue) {
    struct.set(eps$LAYOUT, eps$OFFSET, fieldValue);
  }

  // int32_t accumulate

  public static final ValueLayout.OfInt accumulate$layout() {
    return accumulate$LAYOUT;
  }

  private static final long accumulate$OFFSET = 588;

  public static final long accumulate$offset() {
    return accumulate$OFFSET;
  }

  public static int accumulate(MemorySegment struct) {
    return struct.get(accumulate$LAYOUT, accumulate$OFFSET);
  }

  public static void accumulate(MemorySegment struct, int fieldValue) {
    struct.set(accumulate$LAYOUT, accumulate$OFFSET, fieldValue);
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
