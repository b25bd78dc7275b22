// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_kv_cache_layout_params {
 *     int64_t struct_size;
 *     int32_t kv_heads;
 *     int32_t head_size;
 *     gatun_dtype dtype;
 *     int32_t page_tokens;
 *     int64_t page_bytes;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_kv_cache_layout_params {
  gatun_kv_cache_layout_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt kv_heads$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt head_size$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt dtype$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt page_tokens$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong page_bytes$LAYOUT = GatunLibrary.C_LONG;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      kv_heads$LAYOUT.withName("kv_heads"),
      head_size$LAYOUT.withName("head_size"),
      dtype$LAYOUT.withName("dtype"),
      page_tokens$LAYOUT.withName("page_tokens"),
      page_bytes$LAYOUT.withName("page_bytes")
  ).withName("gatun_kv_cache_layout_params");

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

  // int32_t kv_heads

  public static final ValueLayout.OfInt kv_heads$layout() {
    return kv_heads$LAYOUT;
  }

  private static final long kv_heads$OFFSET = 8;

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

  private static final long head_size$OFFSET = 12;

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

  private static final long dtype$OFFSET = 16;

  public static final long dtype$offset() {
    return dtype$OFFSET;
  }

  public static int dtype(MemorySegment struct) {
    return struct.get(dtype$LAYOUT, dtype$OFFSET);
  }

  public static void dtype(MemorySegment struct, int fieldValue) {
    struct.set(dtype$LAYOUT, dtype$OFFSET, fieldValue);
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

  // int64_t page_bytes

  public static final ValueLayout.OfLong page_bytes$layout() {
    return page_bytes$LAYOUT;
  }

  private static final long page_bytes$OFFSET = 24;

  public static final long page_bytes$offset() {
    return page_bytes$OFFSET;
  }

  public static long page_bytes(MemorySegment struct) {
    return struct.get(page_bytes$LAYOUT, page_bytes$OFFSET);
  }

  public static void page_bytes(MemorySegment struct, long fieldValue) {
    struct.set(page_bytes$LAYOUT, page_bytes$OFFSET, fieldValue);
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
