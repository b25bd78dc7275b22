// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_linear_backward_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor rows;
 *     const gatun_weight* weight[GATUN_LINEAR_MAX_OUTPUTS];
 *     gatun_tensor dy[GATUN_LINEAR_MAX_OUTPUTS];
 *     gatun_tensor dx;
 *     gatun_tensor dweight[GATUN_LINEAR_MAX_OUTPUTS];
 *     gatun_tensor dbias[GATUN_LINEAR_MAX_OUTPUTS];
 *     int32_t outputs;
 *     int32_t accumulate;
 *     float scale;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_linear_backward_params {
  gatun_linear_backward_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout rows$LAYOUT = gatun_tensor.layout();
  private static final SequenceLayout weight$LAYOUT = MemoryLayout.sequenceLayout(3, GatunLibrary.C_POINTER);
  private static final SequenceLayout dy$LAYOUT = MemoryLayout.sequenceLayout(3, gatun_tensor.layout());
  private static final GroupLayout dx$LAYOUT = gatun_tensor.layout();
  private static final SequenceLayout dweight$LAYOUT = MemoryLayout.sequenceLayout(3, gatun_tensor.layout());
  private static final SequenceLayout dbias$LAYOUT = MemoryLayout.sequenceLayout(3, gatun_tensor.layout());
  private static final ValueLayout.OfInt outputs$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt accumulate$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      rows$LAYOUT.withName("rows"),
      weight$LAYOUT.withName("weight"),
      dy$LAYOUT.withName("dy"),
      dx$LAYOUT.withName("dx"),
      dweight$LAYOUT.withName("dweight"),
      dbias$LAYOUT.withName("dbias"),
      outputs$LAYOUT.withName("outputs"),
      accumulate$LAYOUT.withName("accumulate"),
      scale$LAYOUT.withName("scale"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_linear_backward_params");

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

  // const gatun_weight* weight[GATUN_LINEAR_MAX_OUTPUTS]

  public static final SequenceLayout weight$layout() {
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

  private static final long[] weight$DIMS = {3};

  public static long[] weight$dimensions() {
    return weight$DIMS.clone();
  }

  public static MemorySegment weight(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_POINTER, weight$OFFSET + Objects.checkIndex(index0, 3L) * 8);
  }

  public static void weight(MemorySegment struct, long index0, MemorySegment fieldValue) {
    struct.set(GatunLibrary.C_POINTER, weight$OFFSET + Objects.checkIndex(index0, 3L) * 8, fieldValue);
  }

  // gatun_tensor dy[GATUN_LINEAR_MAX_OUTPUTS]

  public static final SequenceLayout dy$layout() {
    return dy$LAYOUT;
  }

  private static final long dy$OFFSET = 224;

  public static final long dy$offset() {
    return dy$OFFSET;
  }

  public static MemorySegment dy(MemorySegment struct) {
    return struct.asSlice(dy$OFFSET, dy$LAYOUT.byteSize());
  }

  public static void dy(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dy$OFFSET, dy$LAYOUT.byteSize());
  }

  private static final long[] dy$DIMS = {3};

  public static long[] dy$dimensions() {
    return dy$DIMS.clone();
  }

  public static MemorySegment dy(MemorySegment struct, long index0) {
    return struct.asSlice(dy$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  public static void dy(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dy$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  // gatun_tensor dx

  public static final GroupLayout dx$layout() {
    return dx$LAYOUT;
  }

  private static final long dx$OFFSET = 512;

  public static final long dx$offset() {
    return dx$OFFSET;
  }

  public static MemorySegment dx(MemorySegment struct) {
    return struct.asSlice(dx$OFFSET, dx$LAYOUT.byteSize());
  }

  public static void dx(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dx$OFFSET, dx$LAYOUT.byteSize());
  }

  // gatun_tensor dweight[GATUN_LINEAR_MAX_OUTPUTS]

  public static final SequenceLayout dweight$layout() {
    return dweight$LAYOUT;
  }

  private static final long dweight$OFFSET = 608;

  public static final long dweight$offset() {
    return dweight$OFFSET;
  }

  public static MemorySegment dweight(MemorySegment struct) {
    return struct.asSlice(dweight$OFFSET, dweight$LAYOUT.byteSize());
  }

  public static void dweight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dweight$OFFSET, dweight$LAYOUT.byteSize());
  }

  private static final long[] dweight$DIMS = {3};

  public static long[] dweight$dimensions() {
    return dweight$DIMS.clone();
  }

  public static MemorySegment dweight(MemorySegment struct, long index0) {
    return struct.asSlice(dweight$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  public static void dweight(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dweight$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  // gatun_tensor dbias[GATUN_LINEAR_MAX_OUTPUTS]

  public static final SequenceLayout dbias$layout() {
    return dbias$LAYOUT;
  }

  private static final long dbias$OFFSET = 896;

  public static final long dbias$offset() {
    return dbias$OFFSET;
  }

  public static MemorySegment dbias(MemorySegment struct) {
    return struct.asSlice(dbias$OFFSET, dbias$LAYOUT.byteSize());
  }

  public static void dbias(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dbias$OFFSET, dbias$LAYOUT.byteSize());
  }

  private static final long[] dbias$DIMS = {3};

  public static long[] dbias$dimensions() {
    return dbias$DIMS.clone();
  }

  public static MemorySegment dbias(MemorySegment struct, long index0) {
    return struct.asSlice(dbias$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  public static void dbias(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dbias$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  // int32_t outputs

  public static final ValueLayout.OfInt outputs$layout() {
    return outputs$LAYOUT;
  }

  private static final long outputs$OFFSET = 1184;

  public static final long outputs$offset() {
    return outputs$OFFSET;
  }

  public static int outputs(MemorySegment struct) {
    return struct.get(outputs$LAYOUT, outputs$OFFSET);
  }

  public static void outputs(MemorySegment struct, int fieldValue) {
    struct.set(outputs$LAYOUT, outputs$OFFSET, fieldValue);
  }

  // int32_t accumulate

  public static final ValueLayout.OfInt accumulate$layout() {
    return accumulate$LAYOUT;
  }

  private static final long accumulate$OFFSET = 1188;

  public static final long accumulate$offset() {
    return accumulate$OFFSET;
  }

  public static int accumulate(MemorySegment struct) {
    return struct.get(accumulate$LAYOUT, accumulate$OFFSET);
  }

  public static void accumulate(MemorySegment struct, int fieldValue) {
    struct.set(accumulate$LAYOUT, accumulate$OFFSET, fieldValue);
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 1192;

  public static final long scale$offset() {
    return scale$OFFSET;
  }

  public static float scale(MemorySegment struct) {
    return struct.get(scale$LAYOUT, scale$OFFSET);
  }

  public static void scale(MemorySegment struct, float fieldValue) {
    struct.set(scale$LAYOUT, scale$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 1196;

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
