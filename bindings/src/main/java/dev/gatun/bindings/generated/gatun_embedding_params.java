// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_embedding_params {
 *     int64_t struct_size;
 *     gatun_tensor ids;
 *     gatun_tensor positions;
 *     gatun_tensor types;
 *     const gatun_weight* table;
 *     const gatun_weight* position_table;
 *     const gatun_weight* type_table;
 *     gatun_tensor norm_weight;
 *     gatun_tensor norm_bias;
 *     gatun_tensor y;
 *     float scale;
 *     float eps;
 *     int32_t position_offset;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_embedding_params {
  gatun_embedding_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout ids$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout positions$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout types$LAYOUT = gatun_tensor.layout();
  private static final AddressLayout table$LAYOUT = GatunLibrary.C_POINTER;
  private static final AddressLayout position_table$LAYOUT = GatunLibrary.C_POINTER;
  private static final AddressLayout type_table$LAYOUT = GatunLibrary.C_POINTER;
  private static final GroupLayout norm_weight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout norm_bias$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat eps$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt position_offset$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      ids$LAYOUT.withName("ids"),
      positions$LAYOUT.withName("positions"),
      types$LAYOUT.withName("types"),
      table$LAYOUT.withName("table"),
      position_table$LAYOUT.withName("position_table"),
      type_table$LAYOUT.withName("type_table"),
      norm_weight$LAYOUT.withName("norm_weight"),
      norm_bias$LAYOUT.withName("norm_bias"),
      y$LAYOUT.withName("y"),
      scale$LAYOUT.withName("scale"),
      eps$LAYOUT.withName("eps"),
      position_offset$LAYOUT.withName("position_offset"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_embedding_params");

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

  // const gatun_weight* table

  public static final AddressLayout table$layout() {
    return table$LAYOUT;
  }

  private static final long table$OFFSET = 296;

  public static final long table$offset() {
    return table$OFFSET;
  }

  public static MemorySegment table(MemorySegment struct) {
    return struct.get(table$LAYOUT, table$OFFSET);
  }

  public static void table(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(table$LAYOUT, table$OFFSET, fieldValue);
  }

  // const gatun_weight* position_table

  public static final AddressLayout position_table$layout() {
    return position_table$LAYOUT;
  }

  private static final long position_table$OFFSET = 304;

  public static final long position_table$offset() {
    return position_table$OFFSET;
  }

  public static MemorySegment position_table(MemorySegment struct) {
    return struct.get(position_table$LAYOUT, position_table$OFFSET);
  }

  public static void position_table(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(position_table$LAYOUT, position_table$OFFSET, fieldValue);
  }

  // const gatun_weight* type_table

  public static final AddressLayout type_table$layout() {
    return type_table$LAYOUT;
  }

  private static final long type_table$OFFSET = 312;

  public static final long type_table$offset() {
    return type_table$OFFSET;
  }

  public static MemorySegment type_table(MemorySegment struct) {
    return struct.get(type_table$LAYOUT, type_table$OFFSET);
  }

  public static void type_table(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(type_table$LAYOUT, type_table$OFFSET, fieldValue);
  }

  // gatun_tensor norm_weight

  public static final GroupLayout norm_weight$layout() {
    return norm_weight$LAYOUT;
  }

  private static final long norm_weight$OFFSET = 320;

  public static final long norm_weight$offset() {
    return norm_weight$OFFSET;
  }

  public static MemorySegment norm_weight(MemorySegment struct) {
    return struct.asSlice(norm_weight$OFFSET, norm_weight$LAYOUT.byteSize());
  }

  public static void norm_weight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, norm_weight$OFFSET, norm_weight$LAYOUT.byteSize());
  }

  // gatun_tensor norm_bias

  public static final GroupLayout norm_bias$layout() {
    return norm_bias$LAYOUT;
  }

  private static final long norm_bias$OFFSET = 416;

  public static final long norm_bias$offset() {
    return norm_bias$OFFSET;
  }

  public static MemorySegment norm_bias(MemorySegment struct) {
    return struct.asSlice(norm_bias$OFFSET, norm_bias$LAYOUT.byteSize());
  }

  public static void norm_bias(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, norm_bias$OFFSET, norm_bias$LAYOUT.byteSize());
  }

  // gatun_tensor y

  public static final GroupLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 512;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.asSlice(y$OFFSET, y$LAYOUT.byteSize());
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET, y$LAYOUT.byteSize());
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 608;

  public static final long scale$offset() {
    return scale$OFFSET;
  }

  public static float scale(MemorySegment struct) {
    return struct.get(scale$LAYOUT, scale$OFFSET);
  }

  public static void scale(MemorySegment struct, float fieldValue) {
    struct.set(scale$LAYOUT, scale$OFFSET, fieldValue);
  }

  // float eps

  public static final ValueLayout.OfFloat eps$layout() {
    return eps$LAYOUT;
  }

  private static final long eps$OFFSET = 612;

  public static final long eps$offset() {
    return eps$OFFSET;
  }

  public static float eps(MemorySegment struct) {
    return struct.get(eps$LAYOUT, eps$OFFSET);
  }

  public static void eps(MemorySegment struct, float fieldValue) {
    struct.set(eps$LAYOUT, eps$OFFSET, fieldValue);
  }

  // int32_t position_offset

  public static final ValueLayout.OfInt position_offset$layout() {
    return position_offset$LAYOUT;
  }

  private static final long position_offset$OFFSET = 616;

  public static final long position_offset$offset() {
    return position_offset$OFFSET;
  }

  public static int position_offset(MemorySegment struct) {
    return struct.get(position_offset$LAYOUT, position_offset$OFFSET);
  }

  public static void position_offset(MemorySegment struct, int fieldValue) {
    struct.set(position_offset$LAYOUT, position_offset$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 620;

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
