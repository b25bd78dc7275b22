// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_cross_entropy_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor labels;
 *     gatun_tensor cu_seqlens;
 *     gatun_tensor loss;
 *     gatun_tensor log_sum_exp;
 *     gatun_tensor dx;
 *     gatun_tensor correct;
 *     float label_smoothing;
 *     float z_loss;
 *     float scale;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_cross_entropy_params {
  gatun_cross_entropy_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout labels$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout loss$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout log_sum_exp$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dx$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout correct$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat label_smoothing$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat z_loss$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      labels$LAYOUT.withName("labels"),
      cu_seqlens$LAYOUT.withName("cu_seqlens"),
      loss$LAYOUT.withName("loss"),
      log_sum_exp$LAYOUT.withName("log_sum_exp"),
      dx$LAYOUT.withName("dx"),
      correct$LAYOUT.withName("correct"),
      label_smoothing$LAYOUT.withName("label_smoothing"),
      z_loss$LAYOUT.withName("z_loss"),
      scale$LAYOUT.withName("scale"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_cross_entropy_params");

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

  // gatun_tensor labels

  public static final GroupLayout labels$layout() {
    return labels$LAYOUT;
  }

  private static final long labels$OFFSET = 104;

  public static final long labels$offset() {
    return labels$OFFSET;
  }

  public static MemorySegment labels(MemorySegment struct) {
    return struct.asSlice(labels$OFFSET, labels$LAYOUT.byteSize());
  }

  public static void labels(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, labels$OFFSET, labels$LAYOUT.byteSize());
  }

  // gatun_tensor cu_seqlens

  public static final GroupLayout cu_seqlens$layout() {
    return cu_seqlens$LAYOUT;
  }

  private static final long cu_seqlens$OFFSET = 200;

  public static final long cu_seqlens$offset() {
    return cu_seqlens$OFFSET;
  }

  public static MemorySegment cu_seqlens(MemorySegment struct) {
    return struct.asSlice(cu_seqlens$OFFSET, cu_seqlens$LAYOUT.byteSize());
  }

  public static void cu_seqlens(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cu_seqlens$OFFSET, cu_seqlens$LAYOUT.byteSize());
  }

  // gatun_tensor loss

  public static final GroupLayout loss$layout() {
    return loss$LAYOUT;
  }

  private static final long loss$OFFSET = 296;

  public static final long loss$offset() {
    return loss$OFFSET;
  }

  public static MemorySegment loss(MemorySegment struct) {
    return struct.asSlice(loss$OFFSET, loss$LAYOUT.byteSize());
  }

  public static void loss(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, loss$OFFSET, loss$LAYOUT.byteSize());
  }

  // gatun_tensor log_sum_exp

  public static final GroupLayout log_sum_exp$layout() {
    return log_sum_exp$LAYOUT;
  }

  private static final long log_sum_exp$OFFSET = 392;

  public static final long log_sum_exp$offset() {
    return log_sum_exp$OFFSET;
  }

  public static MemorySegment log_sum_exp(MemorySegment struct) {
    return struct.asSlice(log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  public static void log_sum_exp(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  // gatun_tensor dx

  public static final GroupLayout dx$layout() {
    return dx$LAYOUT;
  }

  private static final long dx$OFFSET = 488;

  public static final long dx$offset() {
    return dx$OFFSET;
  }

  public static MemorySegment dx(MemorySegment struct) {
    return struct.asSlice(dx$OFFSET, dx$LAYOUT.byteSize());
  }

  public static void dx(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dx$OFFSET, dx$LAYOUT.byteSize());
  }

  // gatun_tensor correct

  public static final GroupLayout correct$layout() {
    return correct$LAYOUT;
  }

  private static final long correct$OFFSET = 584;

  public static final long correct$offset() {
    return correct$OFFSET;
  }

  public static MemorySegment correct(MemorySegment struct) {
    return struct.asSlice(correct$OFFSET, correct$LAYOUT.byteSize());
  }

  public static void correct(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, correct$OFFSET, correct$LAYOUT.byteSize());
  }

  // float label_smoothing

  public static final ValueLayout.OfFloat label_smoothing$layout() {
    return label_smoothing$LAYOUT;
  }

  private static final long label_smoothing$OFFSET = 680;

  public static final long label_smoothing$offset() {
    return label_smoothing$OFFSET;
  }

  public static float label_smoothing(MemorySegment struct) {
    return struct.get(label_smoothing$LAYOUT, label_smoothing$OFFSET);
  }

  public static void label_smoothing(MemorySegment struct, float fieldValue) {
    struct.set(label_smoothing$LAYOUT, label_smoothing$OFFSET, fieldValue);
  }

  // float z_loss

  public static final ValueLayout.OfFloat z_loss$layout() {
    return z_loss$LAYOUT;
  }

  private static final long z_loss$OFFSET = 684;

  public static final long z_loss$offset() {
    return z_loss$OFFSET;
  }

  public static float z_loss(MemorySegment struct) {
    return struct.get(z_loss$LAYOUT, z_loss$OFFSET);
  }

  public static void z_loss(MemorySegment struct, float fieldValue) {
    struct.set(z_loss$LAYOUT, z_loss$OFFSET, fieldValue);
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 688;

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

  private static final long reserved$OFFSET = 692;

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
