// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_embedding_backward_params {
 *     int64_t struct_size;
 *     gatun_tensor ids;
 *     gatun_tensor positions;
 *     gatun_tensor types;
 *     gatun_tensor dy;
 *     gatun_tensor dtable;
 *     gatun_tensor dposition_table;
 *     gatun_tensor dtype_table;
 *     int64_t table_rows;
 *     int64_t position_rows;
 *     int64_t type_rows;
 *     float scale;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_embedding_backward_params {
  gatun_embedding_backward_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout ids$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout positions$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout types$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dy$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dtable$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dposition_table$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dtype_table$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfLong table_rows$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong position_rows$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong type_rows$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      ids$LAYOUT.withName("ids"),
      positions$LAYOUT.withName("positions"),
      types$LAYOUT.withName("types"),
      dy$LAYOUT.withName("dy"),
      dtable$LAYOUT.withName("dtable"),
      dposition_table$LAYOUT.withName("dposition_table"),
      dtype_table$LAYOUT.withName("dtype_table"),
      table_rows$LAYOUT.withName("table_rows"),
      position_rows$LAYOUT.withName("position_rows"),
      type_rows$LAYOUT.withName("type_rows"),
      scale$LAYOUT.withName("scale"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_embedding_backward_params");

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

  // gatun_tensor ids

  public static final GroupLayout ids$layout() {
    return ids$LAYOUT;
  }

  private static final long ids$OFFSET = 8;

  public static final long ids$offset() {
    return ids$OFFSET;
  }

  public static MemorySegment ids(MemorySegment struct) {
    return struct.asSlice(ids$OFFSET, ids$LAYOUT.byteSize());
  }

  public static void ids(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, ids$OFFSET, ids$LAYOUT.byteSize());
  }

  // gatun_tensor positions

  public static final GroupLayout positions$layout() {
    return positions$LAYOUT;
  }

  private static final long positions$OFFSET = 104;

  public static final long positions$offset() {
    return positions$OFFSET;
  }

  public static MemorySegment positions(MemorySegment struct) {
    return struct.asSlice(positions$OFFSET, positions$LAYOUT.byteSize());
  }

  public static void positions(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, positions$OFFSET, positions$LAYOUT.byteSize());
  }

  // gatun_tensor types

  public static final GroupLayout types$layout() {
    return types$LAYOUT;
  }

  private static final long types$OFFSET = 200;

  public static final long types$offset() {
    return types$OFFSET;
  }

  public static MemorySegment types(MemorySegment struct) {
    return struct.asSlice(types$OFFSET, types$LAYOUT.byteSize());
  }

  public static void types(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, types$OFFSET, types$LAYOUT.byteSize());
  }

  // gatun_tensor dy

  public static final GroupLayout dy$layout() {
    return dy$LAYOUT;
  }

  private static final long dy$OFFSET = 296;

  public static final long dy$offset() {
    return dy$OFFSET;
  }

  public static MemorySegment dy(MemorySegment struct) {
    return struct.asSlice(dy$OFFSET, dy$LAYOUT.byteSize());
  }

  public static void dy(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dy$OFFSET, dy$LAYOUT.byteSize());
  }

  // gatun_tensor dtable

  public static final GroupLayout dtable$layout() {
    return dtable$LAYOUT;
  }

  private static final long dtable$OFFSET = 392;

  public static final long dtable$offset() {
    return dtable$OFFSET;
  }

  public static MemorySegment dtable(MemorySegment struct) {
    return struct.asSlice(dtable$OFFSET, dtable$LAYOUT.byteSize());
  }

  public static void dtable(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dtable$OFFSET, dtable$LAYOUT.byteSize());
  }

  // gatun_tensor dposition_table

  public static final GroupLayout dposition_table$layout() {
    return dposition_table$LAYOUT;
  }

  private static final long dposition_table$OFFSET = 488;

  public static final long dposition_table$offset() {
    return dposition_table$OFFSET;
  }

  public static MemorySegment dposition_table(MemorySegment struct) {
    return struct.asSlice(dposition_table$OFFSET, dposition_table$LAYOUT.byteSize());
  }

  public static void dposition_table(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dposition_table$OFFSET, dposition_table$LAYOUT.byteSize());
  }

  // gatun_tensor dtype_table

  public static final GroupLayout dtype_table$layout() {
    return dtype_table$LAYOUT;
  }

  private static final long dtype_table$OFFSET = 584;

  public static final long dtype_table$offset() {
    return dtype_table$OFFSET;
  }

  public static MemorySegment dtype_table(MemorySegment struct) {
    return struct.asSlice(dtype_table$OFFSET, dtype_table$LAYOUT.byteSize());
  }

  public static void dtype_table(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dtype_table$OFFSET, dtype_table$LAYOUT.byteSize());
  }

  // int64_t table_rows

  public static final ValueLayout.OfLong table_rows$layout() {
    return table_rows$LAYOUT;
  }

  private static final long table_rows$OFFSET = 680;

  public static final long table_rows$offset() {
    return table_rows$OFFSET;
  }

  public static long table_rows(MemorySegment struct) {
    return struct.get(table_rows$LAYOUT, table_rows$OFFSET);
  }

  public static void table_rows(MemorySegment struct, long fieldValue) {
    struct.set(table_rows$LAYOUT, table_rows$OFFSET, fieldValue);
  }

  // int64_t position_rows

  public static final ValueLayout.OfLong position_rows$layout() {
    return position_rows$LAYOUT;
  }

  private static final long position_rows$OFFSET = 688;

  public static final long position_rows$offset() {
    return position_rows$OFFSET;
  }

  public static long position_rows(MemorySegment struct) {
    return struct.get(position_rows$LAYOUT, position_rows$OFFSET);
  }

  public static void position_rows(MemorySegment struct, long fieldValue) {
    struct.set(position_rows$LAYOUT, position_rows$OFFSET, fieldValue);
  }

  // int64_t type_rows

  public static final ValueLayout.OfLong type_rows$layout() {
    return type_rows$LAYOUT;
  }

  private static final long type_rows$OFFSET = 696;

  public static final long type_rows$offset() {
    return type_rows$OFFSET;
  }

  public static long type_rows(MemorySegment struct) {
    return struct.get(type_rows$LAYOUT, type_rows$OFFSET);
  }

  public static void type_rows(MemorySegment struct, long fieldValue) {
    struct.set(type_rows$LAYOUT, type_rows$OFFSET, fieldValue);
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 704;

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

  private static final long reserved$OFFSET = 708;

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
