// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_rms_norm_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor residual;
 *     gatun_tensor weight;
 *     gatun_tensor y_residual;
 *     gatun_tensor y;
 *     gatun_tensor sum;
 *     float eps;
 *     float weight_offset;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_rms_norm_params {
  gatun_rms_norm_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout residual$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout weight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y_residual$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout sum$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat eps$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat weight_offset$LAYOUT = GatunLibrary.C_FLOAT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      residual$LAYOUT.withName("residual"),
      weight$LAYOUT.withName("weight"),
      y_residual$LAYOUT.withName("y_residual"),
      y$LAYOUT.withName("y"),
      sum$LAYOUT.withName("sum"),
      eps$LAYOUT.withName("eps"),
      weight_offset$LAYOUT.withName("weight_offset")
  ).withName("gatun_rms_norm_params");

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

  // gatun_tensor residual

  public static final GroupLayout residual$layout() {
    return residual$LAYOUT;
  }

  private static final long residual$OFFSET = 104;

  public static final long residual$offset() {
    return residual$OFFSET;
  }

  public static MemorySegment residual(MemorySegment struct) {
    return struct.asSlice(residual$OFFSET, residual$LAYOUT.byteSize());
  }

  public static void residual(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, residual$OFFSET, residual$LAYOUT.byteSize());
  }

  // gatun_tensor weight

  public static final GroupLayout weight$layout() {
    return weight$LAYOUT;
  }

  private static final long weight$OFFSET = 200;

  public static final long weight$offset() {
    return weight$OFFSET;
  }

  public static MemorySegment weight(MemorySegment struct) {
    return struct.asSlice(weight$OFFSET, weight$LAYOUT.byteSize());
  }

  public static void weight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, weight$OFFSET, weight$LAYOUT.byteSize());
  }

  // gatun_tensor y_residual

  public static final GroupLayout y_residual$layout() {
    return y_residual$LAYOUT;
  }

  private static final long y_residual$OFFSET = 296;

  public static final long y_residual$offset() {
    return y_residual$OFFSET;
  }

  public static MemorySegment y_residual(MemorySegment struct) {
    return struct.asSlice(y_residual$OFFSET, y_residual$LAYOUT.byteSize());
  }

  public static void y_residual(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y_residual$OFFSET, y_residual$LAYOUT.byteSize());
  }

  // gatun_tensor y

  public static final GroupLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 392;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.asSlice(y$OFFSET, y$LAYOUT.byteSize());
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET, y$LAYOUT.byteSize());
  }

  // gatun_tensor sum

  public static final GroupLayout sum$layout() {
    return sum$LAYOUT;
  }

  private static final long sum$OFFSET = 488;

  public static final long sum$offset() {
    return sum$OFFSET;
  }

  public static MemorySegment sum(MemorySegment struct) {
    return struct.asSlice(sum$OFFSET, sum$LAYOUT.byteSize());
  }

  public static void sum(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, sum$OFFSET, sum$LAYOUT.byteSize());
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

  // float weight_offset

  public static final ValueLayout.OfFloat weight_offset$layout() {
    return weight_offset$LAYOUT;
  }

  private static final long weight_offset$OFFSET = 588;

  public static final long weight_offset$offset() {
    return weight_offset$OFFSET;
  }

  public static float weight_offset(MemorySegment struct) {
    return struct.get(weight_offset$LAYOUT, weight_offset$OFFSET);
  }

  public static void weight_offset(MemorySegment struct, float fieldValue) {
    struct.set(weight_offset$LAYOUT, weight_offset$OFFSET, fieldValue);
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
