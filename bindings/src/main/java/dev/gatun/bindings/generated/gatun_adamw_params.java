// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_adamw_params {
 *     int64_t struct_size;
 *     gatun_tensor parameter;
 *     gatun_tensor gradient;
 *     gatun_tensor m;
 *     gatun_tensor v;
 *     double learning_rate;
 *     double beta1;
 *     double beta2;
 *     double eps;
 *     double weight_decay;
 *     double gradient_scale;
 *     int64_t step;
 *     int32_t zero_gradient;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_adamw_params {
  gatun_adamw_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout parameter$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout gradient$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout m$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout v$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfDouble learning_rate$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble beta1$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble beta2$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble eps$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble weight_decay$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble gradient_scale$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfLong step$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt zero_gradient$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      parameter$LAYOUT.withName("parameter"),
      gradient$LAYOUT.withName("gradient"),
      m$LAYOUT.withName("m"),
      v$LAYOUT.withName("v"),
      learning_rate$LAYOUT.withName("learning_rate"),
      beta1$LAYOUT.withName("beta1"),
      beta2$LAYOUT.withName("beta2"),
      eps$LAYOUT.withName("eps"),
      weight_decay$LAYOUT.withName("weight_decay"),
      gradient_scale$LAYOUT.withName("gradient_scale"),
      step$LAYOUT.withName("step"),
      zero_gradient$LAYOUT.withName("zero_gradient"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_adamw_params");

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

  // gatun_tensor parameter

  public static final GroupLayout parameter$layout() {
    return parameter$LAYOUT;
  }

  private static final long parameter$OFFSET = 8;

  public static final long parameter$offset() {
    return parameter$OFFSET;
  }

  public static MemorySegment parameter(MemorySegment struct) {
    return struct.asSlice(parameter$OFFSET, parameter$LAYOUT.byteSize());
  }

  public static void parameter(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, parameter$OFFSET, parameter$LAYOUT.byteSize());
  }

  // gatun_tensor gradient

  public static final GroupLayout gradient$layout() {
    return gradient$LAYOUT;
  }

  private static final long gradient$OFFSET = 104;

  public static final long gradient$offset() {
    return gradient$OFFSET;
  }

  public static MemorySegment gradient(MemorySegment struct) {
    return struct.asSlice(gradient$OFFSET, gradient$LAYOUT.byteSize());
  }

  public static void gradient(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, gradient$OFFSET, gradient$LAYOUT.byteSize());
  }

  // gatun_tensor m

  public static final GroupLayout m$layout() {
    return m$LAYOUT;
  }

  private static final long m$OFFSET = 200;

  public static final long m$offset() {
    return m$OFFSET;
  }

  public static MemorySegment m(MemorySegment struct) {
    return struct.asSlice(m$OFFSET, m$LAYOUT.byteSize());
  }

  public static void m(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, m$OFFSET, m$LAYOUT.byteSize());
  }

  // gatun_tensor v

  public static final GroupLayout v$layout() {
    return v$LAYOUT;
  }

  private static final long v$OFFSET = 296;

  public static final long v$offset() {
    return v$OFFSET;
  }

  public static MemorySegment v(MemorySegment struct) {
    return struct.asSlice(v$OFFSET, v$LAYOUT.byteSize());
  }

  public static void v(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, v$OFFSET, v$LAYOUT.byteSize());
  }

  // double learning_rate

  public static final ValueLayout.OfDouble learning_rate$layout() {
    return learning_rate$LAYOUT;
  }

  private static final long learning_rate$OFFSET = 392;

  public static final long learning_rate$offset() {
    return learning_rate$OFFSET;
  }

  public static double learning_rate(MemorySegment struct) {
    return struct.get(learning_rate$LAYOUT, learning_rate$OFFSET);
  }

  public static void learning_rate(MemorySegment struct, double fieldValue) {
    struct.set(learning_rate$LAYOUT, learning_rate$OFFSET, fieldValue);
  }

  // double beta1

  public static final ValueLayout.OfDouble beta1$layout() {
    return beta1$LAYOUT;
  }

  private static final long beta1$OFFSET = 400;

  public static final long beta1$offset() {
    return beta1$OFFSET;
  }

  public static double beta1(MemorySegment struct) {
    return struct.get(beta1$LAYOUT, beta1$OFFSET);
  }

  public static void beta1(MemorySegment struct, double fieldValue) {
    struct.set(beta1$LAYOUT, beta1$OFFSET, fieldValue);
  }

  // double beta2

  public static final ValueLayout.OfDouble beta2$layout() {
    return beta2$LAYOUT;
  }

  private static final long beta2$OFFSET = 408;

  public static final long beta2$offset() {
    return beta2$OFFSET;
  }

  public static double beta2(MemorySegment struct) {
    return struct.get(beta2$LAYOUT, beta2$OFFSET);
  }

  public static void beta2(MemorySegment struct, double fieldValue) {
    struct.set(beta2$LAYOUT, beta2$OFFSET, fieldValue);
  }

  // double eps

  public static final ValueLayout.OfDouble eps$layout() {
    return eps$LAYOUT;
  }

  private static final long eps$OFFSET = 416;

  public static final long eps$offset() {
    return eps$OFFSET;
  }

  public static double eps(MemorySegment struct) {
    return struct.get(eps$LAYOUT, eps$OFFSET);
  }

  public static void eps(MemorySegment struct, double fieldValue) {
    struct.set(eps$LAYOUT, eps$OFFSET, fieldValue);
  }

  // double weight_decay

  public static final ValueLayout.OfDouble weight_decay$layout() {
    return weight_decay$LAYOUT;
  }

  private static final long weight_decay$OFFSET = 424;

  public static final long weight_decay$offset() {
    return weight_decay$OFFSET;
  }

  public static double weight_decay(MemorySegment struct) {
    return struct.get(weight_decay$LAYOUT, weight_decay$OFFSET);
  }

  public static void weight_decay(MemorySegment struct, double fieldValue) {
    struct.set(weight_decay$LAYOUT, weight_decay$OFFSET, fieldValue);
  }

  // double gradient_scale

  public static final ValueLayout.OfDouble gradient_scale$layout() {
    return gradient_scale$LAYOUT;
  }

  private static final long gradient_scale$OFFSET = 432;

  public static final long gradient_scale$offset() {
    return gradient_scale$OFFSET;
  }

  public static double gradient_scale(MemorySegment struct) {
    return struct.get(gradient_scale$LAYOUT, gradient_scale$OFFSET);
  }

  public static void gradient_scale(MemorySegment struct, double fieldValue) {
    struct.set(gradient_scale$LAYOUT, gradient_scale$OFFSET, fieldValue);
  }

  // int64_t step

  public static final ValueLayout.OfLong step$layout() {
    return step$LAYOUT;
  }

  private static final long step$OFFSET = 440;

  public static final long step$offset() {
    return step$OFFSET;
  }

  public static long step(MemorySegment struct) {
    return struct.get(step$LAYOUT, step$OFFSET);
  }

  public static void step(MemorySegment struct, long fieldValue) {
    struct.set(step$LAYOUT, step$OFFSET, fieldValue);
  }

  // int32_t zero_gradient

  public static final ValueLayout.OfInt zero_gradient$layout() {
    return zero_gradient$LAYOUT;
  }

  private static final long zero_gradient$OFFSET = 448;

  public static final long zero_gradient$offset() {
    return zero_gradient$OFFSET;
  }

  public static int zero_gradient(MemorySegment struct) {
    return struct.get(zero_gradient$LAYOUT, zero_gradient$OFFSET);
  }

  public static void zero_gradient(MemorySegment struct, int fieldValue) {
    struct.set(zero_gradient$LAYOUT, zero_gradient$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 452;

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
