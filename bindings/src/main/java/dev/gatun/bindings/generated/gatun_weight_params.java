// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_weight_params {
 *     int64_t struct_size;
 *     const void* data;
 *     int64_t byte_length;
 *     gatun_dtype dtype;
 *     int32_t arithmetic;
 *     int64_t rows;
 *     int64_t columns;
 *     int32_t flags;
 *     int32_t reserved;
 *     gatun_weight* weight;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_weight_params {
  gatun_weight_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final AddressLayout data$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong byte_length$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt dtype$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt arithmetic$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong rows$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong columns$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt flags$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;
  private static final AddressLayout weight$LAYOUT = GatunLibrary.C_POINTER;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      data$LAYOUT.withName("data"),
      byte_length$LAYOUT.withName("byte_length"),
      dtype$LAYOUT.withName("dtype"),
      arithmetic$LAYOUT.withName("arithmetic"),
      rows$LAYOUT.withName("rows"),
      columns$LAYOUT.withName("columns"),
      flags$LAYOUT.withName("flags"),
      reserved$LAYOUT.withName("reserved"),
      weight$LAYOUT.withName("weight")
  ).withName("gatun_weight_params");

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

  // const void* data

  public static final AddressLayout data$layout() {
    return data$LAYOUT;
  }

  private static final long data$OFFSET = 8;

  public static final long data$offset() {
    return data$OFFSET;
  }

  public static MemorySegment data(MemorySegment struct) {
    return struct.get(data$LAYOUT, data$OFFSET);
  }

  public static void data(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(data$LAYOUT, data$OFFSET, fieldValue);
  }

  // int64_t byte_length

  public static final ValueLayout.OfLong byte_length$layout() {
    return byte_length$LAYOUT;
  }

  private static final long byte_length$OFFSET = 16;

  public static final long byte_length$offset() {
    return byte_length$OFFSET;
  }

  public static long byte_length(MemorySegment struct) {
    return struct.get(byte_length$LAYOUT, byte_length$OFFSET);
  }

  public static void byte_length(MemorySegment struct, long fieldValue) {
    struct.set(byte_length$LAYOUT, byte_length$OFFSET, fieldValue);
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

  // int64_t rows

  public static final ValueLayout.OfLong rows$layout() {
    return rows$LAYOUT;
  }

  private static final long rows$OFFSET = 32;

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

  private static final long columns$OFFSET = 40;

  public static final long columns$offset() {
    return columns$OFFSET;
  }

  public static long columns(MemorySegment struct) {
    return struct.get(columns$LAYOUT, columns$OFFSET);
  }

  public static void columns(MemorySegment struct, long fieldValue) {
    struct.set(columns$LAYOUT, columns$OFFSET, fieldValue);
  }

  // int32_t flags

  public static final ValueLayout.OfInt flags$layout() {
    return flags$LAYOUT;
  }

  private static final long flags$OFFSET = 48;

  public static final long flags$offset() {
    return flags$OFFSET;
  }

  public static int flags(MemorySegment struct) {
    return struct.get(flags$LAYOUT, flags$OFFSET);
  }

  public static void flags(MemorySegment struct, int fieldValue) {
    struct.set(flags$LAYOUT, flags$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 52;

  public static final long reserved$offset() {
    return reserved$OFFSET;
  }

  public static int reserved(MemorySegment struct) {
    return struct.get(reserved$LAYOUT, reserved$OFFSET);
  }

  public static void reserved(MemorySegment struct, int fieldValue) {
    struct.set(reserved$LAYOUT, reserved$OFFSET, fieldValue);
  }

  // gatun_weight* weight

  public static final AddressLayout weight$layout() {
    return weight$LAYOUT;
  }

  private static final long weight$OFFSET = 56;

  public static final long weight$offset() {
    return weight$OFFSET;
  }

  public static MemorySegment weight(MemorySegment struct) {
    return struct.get(weight$LAYOUT, weight$OFFSET);
  }

  public static void weight(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(weight$LAYOUT, weight$OFFSET, fieldValue);
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
