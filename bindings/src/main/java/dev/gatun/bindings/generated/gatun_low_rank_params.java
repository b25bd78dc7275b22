// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_low_rank_params {
 *     int64_t struct_size;
 *     gatun_tensor x;
 *     gatun_tensor slots;
 *     gatun_tensor rows;
 *     gatun_tensor a[GATUN_LOW_RANK_MOST];
 *     gatun_tensor b[GATUN_LOW_RANK_MOST];
 *     gatun_tensor y;
 *     int32_t rank[GATUN_LOW_RANK_MOST];
 *     float scale[GATUN_LOW_RANK_MOST];
 *     int32_t first_slot;
 *     int32_t adapters;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_low_rank_params {
  gatun_low_rank_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout x$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout slots$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout rows$LAYOUT = gatun_tensor.layout();
  private static final SequenceLayout a$LAYOUT = MemoryLayout.sequenceLayout(8, gatun_tensor.layout());
  private static final SequenceLayout b$LAYOUT = MemoryLayout.sequenceLayout(8, gatun_tensor.layout());
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final SequenceLayout rank$LAYOUT = MemoryLayout.sequenceLayout(8, GatunLibrary.C_INT);
  private static final SequenceLayout scale$LAYOUT = MemoryLayout.sequenceLayout(8, GatunLibrary.C_FLOAT);
  private static final ValueLayout.OfInt first_slot$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt adapters$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      x$LAYOUT.withName("x"),
      slots$LAYOUT.withName("slots"),
      rows$LAYOUT.withName("rows"),
      a$LAYOUT.withName("a"),
      b$LAYOUT.withName("b"),
      y$LAYOUT.withName("y"),
      rank$LAYOUT.withName("rank"),
      scale$LAYOUT.withName("scale"),
      first_slot$LAYOUT.withName("first_slot"),
      adapters$LAYOUT.withName("adapters")
  ).withName("gatun_low_rank_params");

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

  // gatun_tensor slots

  public static final GroupLayout slots$layout() {
    return slots$LAYOUT;
  }

  private static final long slots$OFFSET = 104;

  public static final long slots$offset() {
    return slots$OFFSET;
  }

  public static MemorySegment slots(MemorySegment struct) {
    return struct.asSlice(slots$OFFSET, slots$LAYOUT.byteSize());
  }

  public static void slots(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, slots$OFFSET, slots$LAYOUT.byteSize());
  }

  // gatun_tensor rows

  public static final GroupLayout rows$layout() {
    return rows$LAYOUT;
  }

  private static final long rows$OFFSET = 200;

  public static final long rows$offset() {
    return rows$OFFSET;
  }

  public static MemorySegment rows(MemorySegment struct) {
    return struct.asSlice(rows$OFFSET, rows$LAYOUT.byteSize());
  }

  public static void rows(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, rows$OFFSET, rows$LAYOUT.byteSize());
  }

  // gatun_tensor a[GATUN_LOW_RANK_MOST]

  public static final SequenceLayout a$layout() {
    return a$LAYOUT;
  }

  private static final long a$OFFSET = 296;

  public static final long a$offset() {
    return a$OFFSET;
  }

  public static MemorySegment a(MemorySegment struct) {
    return struct.asSlice(a$OFFSET, a$LAYOUT.byteSize());
  }

  public static void a(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, a$OFFSET, a$LAYOUT.byteSize());
  }

  private static final long[] a$DIMS = {8};

  public static long[] a$dimensions() {
    return a$DIMS.clone();
  }

  public static MemorySegment a(MemorySegment struct, long index0) {
    return struct.asSlice(a$OFFSET + Objects.checkIndex(index0, 8L) * 96, 96);
  }

  public static void a(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, a$OFFSET + Objects.checkIndex(index0, 8L) * 96, 96);
  }

  // gatun_tensor b[GATUN_LOW_RANK_MOST]

  public static final SequenceLayout b$layout() {
    return b$LAYOUT;
  }

  private static final long b$OFFSET = 1064;

  public static final long b$offset() {
    return b$OFFSET;
  }

  public static MemorySegment b(MemorySegment struct) {
    return struct.asSlice(b$OFFSET, b$LAYOUT.byteSize());
  }

  public static void b(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, b$OFFSET, b$LAYOUT.byteSize());
  }

  private static final long[] b$DIMS = {8};

  public static long[] b$dimensions() {
    return b$DIMS.clone();
  }

  public static MemorySegment b(MemorySegment struct, long index0) {
    return struct.asSlice(b$OFFSET + Objects.checkIndex(index0, 8L) * 96, 96);
  }

  public static void b(MemorySegment struct, long index0, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, b$OFFSET + Objects.checkIndex(index0, 8L) * 96, 96);
  }

  // gatun_tensor y

  public static final GroupLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 1832;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.asSlice(y$OFFSET, y$LAYOUT.byteSize());
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET, y$LAYOUT.byteSize());
  }

  // int32_t rank[GATUN_LOW_RANK_MOST]

  public static final SequenceLayout rank$layout() {
    return rank$LAYOUT;
  }

  private static final long rank$OFFSET = 1928;

  public static final long rank$offset() {
    return rank$OFFSET;
  }

  public static MemorySegment rank(MemorySegment struct) {
    return struct.asSlice(rank$OFFSET, rank$LAYOUT.byteSize());
  }

  public static void rank(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, rank$OFFSET, rank$LAYOUT.byteSize());
  }

  private static final long[] rank$DIMS = {8};

  public static long[] rank$dimensions() {
    return rank$DIMS.clone();
  }

  public static int rank(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_INT, rank$OFFSET + Objects.checkIndex(index0, 8L) * 4);
  }

  public static void rank(MemorySegment struct, long index0, int fieldValue) {
    struct.set(GatunLibrary.C_INT, rank$OFFSET + Objects.checkIndex(index0, 8L) * 4, fieldValue);
  }

  // float scale[GATUN_LOW_RANK_MOST]

  public static final SequenceLayout scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 1960;

  public static final long scale$offset() {
    return scale$OFFSET;
  }

  public static MemorySegment scale(MemorySegment struct) {
    return struct.asSlice(scale$OFFSET, scale$LAYOUT.byteSize());
  }

  public static void scale(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, scale$OFFSET, scale$LAYOUT.byteSize());
  }

  private static final long[] scale$DIMS = {8};

  public static long[] scale$dimensions() {
    return scale$DIMS.clone();
  }

  public static float scale(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_FLOAT, scale$OFFSET + Objects.checkIndex(index0, 8L) * 4);
  }

  public static void scale(MemorySegment struct, long index0, float fieldValue) {
    struct.set(GatunLibrary.C_FLOAT, scale$OFFSET + Objects.checkIndex(index0, 8L) * 4, fieldValue);
  }

  // int32_t first_slot

  public static final ValueLayout.OfInt first_slot$layout() {
    return first_slot$LAYOUT;
  }

  private static final long first_slot$OFFSET = 1992;

  public static final long first_slot$offset() {
    return first_slot$OFFSET;
  }

  public static int first_slot(MemorySegment struct) {
    return struct.get(first_slot$LAYOUT, first_slot$OFFSET);
  }

  public static void first_slot(MemorySegment struct, int fieldValue) {
    struct.set(first_slot$LAYOUT, first_slot$OFFSET, fieldValue);
  }

  // int32_t adapters

  public static final ValueLayout.OfInt adapters$layout() {
    return adapters$LAYOUT;
  }

  private static final long adapters$OFFSET = 1996;

  public static final long adapters$offset() {
    return adapters$OFFSET;
  }

  public static int adapters(MemorySegment struct) {
    return struct.get(adapters$LAYOUT, adapters$OFFSET);
  }

  public static void adapters(MemorySegment struct, int fieldValue) {
    struct.set(adapters$LAYOUT, adapters$OFFSET, fieldValue);
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
