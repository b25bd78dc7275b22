// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_elementwise_loss_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor target;
 *     gatun_tensor loss;
 *     gatun_tensor dx;
 *     int32_t kind;
 *     float scale;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_elementwise_loss_params {
  gatun_elementwise_loss_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout target$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout loss$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dx$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfInt kind$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      target$LAYOUT.withName("target"),
      loss$LAYOUT.withName("loss"),
      dx$LAYOUT.withName("dx"),
      kind$LAYOUT.withName("kind"),
      scale$LAYOUT.withName("scale")
  ).withName("gatun_elementwise_loss_params");

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

  // gatun_tensor target

  public static final GroupLayout target$layout() {
    return target$LAYOUT;
  }

  private static final long target$OFFSET = 104;

  public static final long target$offset() {
    return target$OFFSET;
  }

  public static MemorySegment target(MemorySegment struct) {
    return struct.asSlice(target$OFFSET, target$LAYOUT.byteSize());
  }

  public static void target(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, target$OFFSET, target$LAYOUT.byteSize());
  }

  // gatun_tensor loss

  public static final GroupLayout loss$layout() {
    return loss$LAYOUT;
  }

  private static final long loss$OFFSET = 200;

  public static final long loss$offset() {
    return loss$OFFSET;
  }

  public static MemorySegment loss(MemorySegment struct) {
    return struct.asSlice(loss$OFFSET, loss$LAYOUT.byteSize());
  }

  public static void loss(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, loss$OFFSET, loss$LAYOUT.byteSize());
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

  // int32_t kind

  public static final ValueLayout.OfInt kind$layout() {
    return kind$LAYOUT;
  }

  private static final long kind$OFFSET = 392;

  public static final long kind$offset() {
    return kind$OFFSET;
  }

  public static int kind(MemorySegment struct) {
    return struct.get(kind$LAYOUT, kind$OFFSET);
  }

  public static void kind(MemorySegment struct, int fieldValue) {
    struct.set(kind$LAYOUT, kind$OFFSET, fieldValue);
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 396;

  public static final long scale$offset() {
    return scale$OFFSET;
  }

  public static float scale(MemorySegment struct) {
    return struct.get(scale$LAYOUT, scale$OFFSET);
  }

  public static void scale(MemorySegment struct, float fieldValue) {
    struct.set(scale$LAYOUT, scale$OFFSET, fieldValue);
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
