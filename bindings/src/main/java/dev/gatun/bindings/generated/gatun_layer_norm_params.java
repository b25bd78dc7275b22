// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_layer_norm_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor residual;
 *     gatun_tensor weight;
 *     gatun_tensor bias;
 *     gatun_tensor y;
 *     gatun_tensor sum;
 *     float eps;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_layer_norm_params {
  gatun_layer_norm_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout residual$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout weight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout bias$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout sum$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat eps$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      residual$LAYOUT.withName("residual"),
      weight$LAYOUT.withName("weight"),
      bias$LAYOUT.withName("bias"),
      y$LAYOUT.withName("y"),
      sum$LAYOUT.withName("sum"),
      eps$LAYOUT.withName("eps"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_layer_norm_params");

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

  // gatun_tensor bias

  public static final GroupLayout bias$layout() {
    return bias$LAYOUT;
  }

  private static final long bias$OFFSET = 296;

  public static final long bias$offset() {
    return bias$OFFSET;
  }

  public static MemorySegment bias(MemorySegment struct) {
    return struct.asSlice(bias$OFFSET, bias$LAYOUT.byteSize());
  }

  public static void bias(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, bias$OFFSET, bias$LAYOUT.byteSize());
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

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 588;

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
