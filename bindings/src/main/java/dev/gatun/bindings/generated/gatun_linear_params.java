// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_linear_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor rows;
 *     const gatun_weight* weight[GATUN_LINEAR_MAX_OUTPUTS];
 *     gatun_tensor bias[GATUN_LINEAR_MAX_OUTPUTS];
 *     gatun_tensor residual;
 *     gatun_tensor y[GATUN_LINEAR_MAX_OUTPUTS];
 *     int32_t outputs;
 *     int32_t activation;
 *     float scale;
 *     float softcap;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_linear_params {
  gatun_linear_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout rows$LAYOUT = gatun_tensor.layout();
  private static final SequenceLayout weight$LAYOUT = MemoryLayout.sequenceLayout(3, GatunLibrary.C_POINTER);
  private static final SequenceLayout bias$LAYOUT = MemoryLayout.sequenceLayout(3, gatun_tensor.layout());
  private static final GroupLayout residual$LAYOUT = gatun_tensor.layout();
  private static final SequenceLayout y$LAYOUT = MemoryLayout.sequenceLayout(3, gatun_tensor.layout());
  private static final ValueLayout.OfInt outputs$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt activation$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat softcap$LAYOUT = GatunLibrary.C_FLOAT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      rows$LAYOUT.withName("rows"),
      weight$LAYOUT.withName("weight"),
      bias$LAYOUT.withName("bias"),
      residual$LAYOUT.withName("residual"),
      y$LAYOUT.withName("y"),
      outputs$LAYOUT.withName("outputs"),
      activation$LAYOUT.withName("activation"),
      scale$LAYOUT.withName("scale"),
      softcap$LAYOUT.withName("softcap")
  ).withName("gatun_linear_params");

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

  // gatun_tensor bias[GATUN_LINEAR_MAX_OUTPUTS]

  public static final SequenceLayout bias$layout() {
    return bias$LAYOUT;
  }

  private static final long bias$OFFSET = 224;

  public static final long bias$offset() {
    return bias$OFFSET;
  }

  public static MemorySegment bias(MemorySegment struct) {
    return struct.asSlice(bias$OFFSET, bias$LAYOUT.byteSize());
  }

  public static void bias(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, bias$OFFSET, bias$LAYOUT.byteSize());
  }

  private static final long[] bias$DIMS = {3};

  public static long[] bias$dimensions() {
    return bias$DIMS.clone();
  }

  public static MemorySegment bias(MemorySegment struct, long index0) {
    return struct.asSlice(bias$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  public static void bias(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, bias$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  // gatun_tensor residual

  public static final GroupLayout residual$layout() {
    return residual$LAYOUT;
  }

  private static final long residual$OFFSET = 512;

  public static final long residual$offset() {
    return residual$OFFSET;
  }

  public static MemorySegment residual(MemorySegment struct) {
    return struct.asSlice(residual$OFFSET, residual$LAYOUT.byteSize());
  }

  public static void residual(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, residual$OFFSET, residual$LAYOUT.byteSize());
  }

  // gatun_tensor y[GATUN_LINEAR_MAX_OUTPUTS]

  public static final SequenceLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 608;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.asSlice(y$OFFSET, y$LAYOUT.byteSize());
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET, y$LAYOUT.byteSize());
  }

  private static final long[] y$DIMS = {3};

  public static long[] y$dimensions() {
    return y$DIMS.clone();
  }

  public static MemorySegment y(MemorySegment struct, long index0) {
    return struct.asSlice(y$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  public static void y(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET + Objects.checkIndex(index0, 3L) * 96, 96);
  }

  // int32_t outputs

  public static final ValueLayout.OfInt outputs$layout() {
    return outputs$LAYOUT;
  }

  private static final long outputs$OFFSET = 896;

  public static final long outputs$offset() {
    return outputs$OFFSET;
  }

  public static int outputs(MemorySegment struct) {
    return struct.get(outputs$LAYOUT, outputs$OFFSET);
  }

  public static void outputs(MemorySegment struct, int fieldValue) {
    struct.set(outputs$LAYOUT, outputs$OFFSET, fieldValue);
  }

  // int32_t activation

  public static final ValueLayout.OfInt activation$layout() {
    return activation$LAYOUT;
  }

  private static final long activation$OFFSET = 900;

  public static final long activation$offset() {
    return activation$OFFSET;
  }

  public static int activation(MemorySegment struct) {
    return struct.get(activation$LAYOUT, activation$OFFSET);
  }

  public static void activation(MemorySegment struct, int fieldValue) {
    struct.set(activation$LAYOUT, activation$OFFSET, fieldValue);
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 904;

  public static final long scale$offset() {
    return scale$OFFSET;
  }

  public static float scale(MemorySegment struct) {
    return struct.get(scale$LAYOUT, scale$OFFSET);
  }

  public static void scale(MemorySegment struct, float fieldValue) {
    struct.set(scale$LAYOUT, scale$OFFSET, fieldValue);
  }

  // float softcap

  public static final ValueLayout.OfFloat softcap$layout() {
    return softcap$LAYOUT;
  }

  private static final long softcap$OFFSET = 908;

  public static final long softcap$offset() {
    return softcap$OFFSET;
  }

  public static float softcap(MemorySegment struct) {
    return struct.get(softcap$LAYOUT, softcap$OFFSET);
  }

  public static void softcap(MemorySegment struct, float fieldValue) {
    struct.set(softcap$LAYOUT, softcap$OFFSET, fieldValue);
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
