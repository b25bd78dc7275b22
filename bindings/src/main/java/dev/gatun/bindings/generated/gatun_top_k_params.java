// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_top_k_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor values;
 *     gatun_tensor indices;
 *     gatun_tensor log_sum_exp;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_top_k_params {
  gatun_top_k_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout values$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout indices$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout log_sum_exp$LAYOUT = gatun_tensor.layout();

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      values$LAYOUT.withName("values"),
      indices$LAYOUT.withName("indices"),
      log_sum_exp$LAYOUT.withName("log_sum_exp")
  ).withName("gatun_top_k_params");

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

  // gatun_tensor values

  public static final GroupLayout values$layout() {
    return values$LAYOUT;
  }

  private static final long values$OFFSET = 104;

  public static final long values$offset() {
    return values$OFFSET;
  }

  public static MemorySegment values(MemorySegment struct) {
    return struct.asSlice(values$OFFSET, values$LAYOUT.byteSize());
  }

  public static void values(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, values$OFFSET, values$LAYOUT.byteSize());
  }

  // gatun_tensor indices

  public static final GroupLayout indices$layout() {
    return indices$LAYOUT;
  }

  private static final long indices$OFFSET = 200;

  public static final long indices$offset() {
    return indices$OFFSET;
  }

  public static MemorySegment indices(MemorySegment struct) {
    return struct.asSlice(indices$OFFSET, indices$LAYOUT.byteSize());
  }

  public static void indices(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, indices$OFFSET, indices$LAYOUT.byteSize());
  }

  // gatun_tensor log_sum_exp

  public static final GroupLayout log_sum_exp$layout() {
    return log_sum_exp$LAYOUT;
  }

  private static final long log_sum_exp$OFFSET = 296;

  public static final long log_sum_exp$offset() {
    return log_sum_exp$OFFSET;
  }

  public static MemorySegment log_sum_exp(MemorySegment struct) {
    return struct.asSlice(log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  public static void log_sum_exp(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
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
