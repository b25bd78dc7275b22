// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_weight_info {
 *     int64_t struct_size;
 *     int64_t rows;
 *     int64_t columns;
 *     gatun_dtype dtype;
 *     int32_t arithmetic;
 *     int64_t packed_bytes;
 *     char implementation[64];
 *     float* master;
 *     int64_t master_count;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_weight_info {
  gatun_weight_info() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong rows$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong columns$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt dtype$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt arithmetic$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong packed_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final SequenceLayout implementation$LAYOUT = MemoryLayout.sequenceLayout(64, GatunLibrary.C_CHAR);
  private static final AddressLayout master$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong master_count$LAYOUT = GatunLibrary.C_LONG;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      rows$LAYOUT.withName("rows"),
      columns$LAYOUT.withName("columns"),
      dtype$LAYOUT.withName("dtype"),
      arithmetic$LAYOUT.withName("arithmetic"),
      packed_bytes$LAYOUT.withName("packed_bytes"),
      implementation$LAYOUT.withName("implementation"),
      master$LAYOUT.withName("master"),
      master_count$LAYOUT.withName("master_count")
  ).withName("gatun_weight_info");

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

  // int64_t rows

  public static final ValueLayout.OfLong rows$layout() {
    return rows$LAYOUT;
  }

  private static final long rows$OFFSET = 8;

  public static final long rows$offset() {
    return rows$OFFSET;
  }

  public static long rows(MemorySegment struct) {
    return struct.get(rows$LAYOUT, rows$OFFSET);
  }

  public static void rows(MemorySegment struct, long fieldValue) {
    struct.set(rows$LAYOUT, rows$OFFSET, fieldValue);
  }

  // int64_t columns

  public static final ValueLayout.OfLong columns$layout() {
    return columns$LAYOUT;
  }

  private static final long columns$OFFSET = 16;

  public static final long columns$offset() {
    return columns$OFFSET;
  }

  public static long columns(MemorySegment struct) {
    return struct.get(columns$LAYOUT, columns$OFFSET);
  }

  public static void columns(MemorySegment struct, long fieldValue) {
    struct.set(columns$LAYOUT, columns$OFFSET, fieldValue);
  }

  // gatun_dtype dtype

  public static final ValueLayout.OfInt dtype$layout() {
    return dtype$LAYOUT;
  }

  private static final long dtype$OFFSET = 24;

  public static final long dtype$offset() {
    return dtype$OFFSET;
  }

  public static int dtype(MemorySegment struct) {
    return struct.get(dtype$LAYOUT, dtype$OFFSET);
  }

  public static void dtype(MemorySegment struct, int fieldValue) {
    struct.set(dtype$LAYOUT, dtype$OFFSET, fieldValue);
  }

  // int32_t arithmetic

  public static final ValueLayout.OfInt arithmetic$layout() {
    return arithmetic$LAYOUT;
  }

  private static final long arithmetic$OFFSET = 28;

  public static final long arithmetic$offset() {
    return arithmetic$OFFSET;
  }

  public static int arithmetic(MemorySegment struct) {
    return struct.get(arithmetic$LAYOUT, arithmetic$OFFSET);
  }

  public static void arithmetic(MemorySegment struct, int fieldValue) {
    struct.set(arithmetic$LAYOUT, arithmetic$OFFSET, fieldValue);
  }

  // int64_t packed_bytes

  public static final ValueLayout.OfLong packed_bytes$layout() {
    return packed_bytes$LAYOUT;
  }

  private static final long packed_bytes$OFFSET = 32;

  public static final long packed_bytes$offset() {
    return packed_bytes$OFFSET;
  }

  public static long packed_bytes(MemorySegment struct) {
    return struct.get(packed_bytes$LAYOUT, packed_bytes$OFFSET);
  }

  public static void packed_bytes(MemorySegment struct, long fieldValue) {
    struct.set(packed_bytes$LAYOUT, packed_bytes$OFFSET, fieldValue);
  }

  // char implementation[64]

  public static final SequenceLayout implementation$layout() {
    return implementation$LAYOUT;
  }

  private static final long implementation$OFFSET = 40;

  public static final long implementation$offset() {
    return implementation$OFFSET;
  }

  public static MemorySegment implementation(MemorySegment struct) {
    return struct.asSlice(implementation$OFFSET, implementation$LAYOUT.byteSize());
  }

  public static void implementation(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, implementation$OFFSET, implementation$LAYOUT.byteSize());
  }

  private static final long[] implementation$DIMS = {64};

  public static long[] implementation$dimensions() {
    return implementation$DIMS.clone();
  }

  public static byte implementation(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, implementation$OFFSET + Objects.checkIndex(index0, 64L) * 1);
  }

  public static void implementation(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, implementation$OFFSET + Objects.checkIndex(index0, 64L) * 1, fieldValue);
  }

  // float* master

  public static final AddressLayout master$layout() {
    return master$LAYOUT;
  }

  private static final long master$OFFSET = 104;

  public static final long master$offset() {
    return master$OFFSET;
  }

  public static MemorySegment master(MemorySegment struct) {
    return struct.get(master$LAYOUT, master$OFFSET);
  }

  public static void master(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(master$LAYOUT, master$OFFSET, fieldValue);
  }

  // int64_t master_count

  public static final ValueLayout.OfLong master_count$layout() {
    return master_count$LAYOUT;
  }

  private static final long master_count$OFFSET = 112;

  public static final long master_count$offset() {
    return master_count$OFFSET;
  }

  public static long master_count(MemorySegment struct) {
    return struct.get(master_count$LAYOUT, master_count$OFFSET);
  }

  public static void master_count(MemorySegment struct, long fieldValue) {
    struct.set(master_count$LAYOUT, master_count$OFFSET, fieldValue);
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
