// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_sample_params {
 *     int64_t struct_size;
 *     gatun_tensor scores;
 *     const gatun_sample_row* rows;
 *     int64_t row_count;
 *     const int32_t* history;
 *     int64_t history_length;
 *     gatun_tensor tokens;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_sample_params {
  gatun_sample_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout scores$LAYOUT = gatun_tensor.layout();
  private static final AddressLayout rows$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong row_count$LAYOUT = GatunLibrary.C_LONG;
  private static final AddressLayout history$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong history_length$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout tokens$LAYOUT = gatun_tensor.layout();

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      scores$LAYOUT.withName("scores"),
      rows$LAYOUT.withName("rows"),
      row_count$LAYOUT.withName("row_count"),
      history$LAYOUT.withName("history"),
      history_length$LAYOUT.withName("history_length"),
      tokens$LAYOUT.withName("tokens")
  ).withName("gatun_sample_params");

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

  // gatun_tensor scores

  public static final GroupLayout scores$layout() {
    return scores$LAYOUT;
  }

  private static final long scores$OFFSET = 8;

  public static final long scores$offset() {
    return scores$OFFSET;
  }

  public static MemorySegment scores(MemorySegment struct) {
    return struct.asSlice(scores$OFFSET, scores$LAYOUT.byteSize());
  }

  public static void scores(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, scores$OFFSET, scores$LAYOUT.byteSize());
  }

  // const gatun_sample_row* rows

  public static final AddressLayout rows$layout() {
    return rows$LAYOUT;
  }

  private static final long rows$OFFSET = 104;

  public static final long rows$offset() {
    return rows$OFFSET;
  }

  public static MemorySegment rows(MemorySegment struct) {
    return struct.get(rows$LAYOUT, rows$OFFSET);
  }

  public static void rows(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(rows$LAYOUT, rows$OFFSET, fieldValue);
  }

  // int64_t row_count

  public static final ValueLayout.OfLong row_count$layout() {
    return row_count$LAYOUT;
  }

  private static final long row_count$OFFSET = 112;

  public static final long row_count$offset() {
    return row_count$OFFSET;
  }

  public static long row_count(MemorySegment struct) {
    return struct.get(row_count$LAYOUT, row_count$OFFSET);
  }

  public static void row_count(MemorySegment struct, long fieldValue) {
    struct.set(row_count$LAYOUT, row_count$OFFSET, fieldValue);
  }

  // const int32_t* history

  public static final AddressLayout history$layout() {
    return history$LAYOUT;
  }

  private static final long history$OFFSET = 120;

  public static final long history$offset() {
    return history$OFFSET;
  }

  public static MemorySegment history(MemorySegment struct) {
    return struct.get(history$LAYOUT, history$OFFSET);
  }

  public static void history(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(history$LAYOUT, history$OFFSET, fieldValue);
  }

  // int64_t history_length

  public static final ValueLayout.OfLong history_length$layout() {
    return history_length$LAYOUT;
  }

  private static final long history_length$OFFSET = 128;

  public static final long history_length$offset() {
    return history_length$OFFSET;
  }

  public static long history_length(MemorySegment struct) {
    return struct.get(history_length$LAYOUT, history_length$OFFSET);
  }

  public static void history_length(MemorySegment struct, long fieldValue) {
    struct.set(history_length$LAYOUT, history_length$OFFSET, fieldValue);
  }

  // gatun_tensor tokens

  public static final GroupLayout tokens$layout() {
    return tokens$LAYOUT;
  }

  private static final long tokens$OFFSET = 136;

  public static final long tokens$offset() {
    return tokens$OFFSET;
  }

  public static MemorySegment tokens(MemorySegment struct) {
    return struct.asSlice(tokens$OFFSET, tokens$LAYOUT.byteSize());
  }

  public static void tokens(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, tokens$OFFSET, tokens$LAYOUT.byteSize());
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
