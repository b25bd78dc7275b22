// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_kv_cache {
 *     void* data;
 *     int64_t byte_length;
 *     int32_t page_count;
 *     int32_t page_tokens;
 *     int32_t kv_heads;
 *     int32_t head_size;
 *     gatun_dtype dtype;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_kv_cache {
  gatun_kv_cache() {}

  private static final AddressLayout data$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong byte_length$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt page_count$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt page_tokens$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt kv_heads$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt head_size$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt dtype$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      data$LAYOUT.withName("data"),
      byte_length$LAYOUT.withName("byte_length"),
      page_count$LAYOUT.withName("page_count"),
      page_tokens$LAYOUT.withName("page_tokens"),
      kv_heads$LAYOUT.withName("kv_heads"),
      head_size$LAYOUT.withName("head_size"),
      dtype$LAYOUT.withName("dtype"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_kv_cache");

  public static final GroupLayout layout() {
    return $LAYOUT;
  }

  // void* data

  public static final AddressLayout data$layout() {
    return data$LAYOUT;
  }

  private static final long data$OFFSET = 0;

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

  private static final long byte_length$OFFSET = 8;

  public static final long byte_length$offset() {
    return byte_length$OFFSET;
  }

  public static long byte_length(MemorySegment struct) {
    return struct.get(byte_length$LAYOUT, byte_length$OFFSET);
  }

  public static void byte_length(MemorySegment struct, long fieldValue) {
    struct.set(byte_length$LAYOUT, byte_length$OFFSET, fieldValue);
  }

  // int32_t page_count

  public static final ValueLayout.OfInt page_count$layout() {
    return page_count$LAYOUT;
  }

  private static final long page_count$OFFSET = 16;

  public static final long page_count$offset() {
    return page_count$OFFSET;
  }

  public static int page_count(MemorySegment struct) {
    return struct.get(page_count$LAYOUT, page_count$OFFSET);
  }

  public static void page_count(MemorySegment struct, int fieldValue) {
    struct.set(page_count$LAYOUT, page_count$OFFSET, fieldValue);
  }

  // int32_t page_tokens

  public static final ValueLayout.OfInt page_tokens$layout() {
    return page_tokens$LAYOUT;
  }

  private static final long page_tokens$OFFSET = 20;

  public static final long page_tokens$offset() {
    return page_tokens$OFFSET;
  }

  public static int page_tokens(MemorySegment struct) {
    return struct.get(page_tokens$LAYOUT, page_tokens$OFFSET);
  }

  public static void page_tokens(MemorySegment struct, int fieldValue) {
    struct.set(page_tokens$LAYOUT, page_tokens$OFFSET, fieldValue);
  }

  // int32_t kv_heads

  public static final ValueLayout.OfInt kv_heads$layout() {
    return kv_heads$LAYOUT;
  }

  private static final long kv_heads$OFFSET = 24;

  public static final long kv_heads$offset() {
    return kv_heads$OFFSET;
  }

  public static int kv_heads(MemorySegment struct) {
    return struct.get(kv_heads$LAYOUT, kv_heads$OFFSET);
  }

  public static void kv_heads(MemorySegment struct, int fieldValue) {
    struct.set(kv_heads$LAYOUT, kv_heads$OFFSET, fieldValue);
  }

  // int32_t head_size

  public static final ValueLayout.OfInt head_size$layout() {
    return head_size$LAYOUT;
  }

  private static final long head_size$OFFSET = 28;

  public static final long head_size$offset() {
    return head_size$OFFSET;
  }

  public static int head_size(MemorySegment struct) {
    return struct.get(head_size$LAYOUT, head_size$OFFSET);
  }

  public static void head_size(MemorySegment struct, int fieldValue) {
    struct.set(head_size$LAYOUT, head_size$OFFSET, fieldValue);
  }

  // gatun_dtype dtype

  public static final ValueLayout.OfInt dtype$layout() {
    return dtype$LAYOUT;
  }

  private static final long dtype$OFFSET = 32;

  public static final long dtype$offset() {
    return dtype$OFFSET;
  }

  public static int dtype(MemorySegment struct) {
    return struct.get(dtype$LAYOUT, dtype$OFFSET);
  }

  public static void dtype(MemorySegment struct, int fieldValue) {
    struct.set(dtype$LAYOUT, dtype$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 36;

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
