// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_attention_params {
 *     int64_t struct_size;
 *     gatun_tensor q;
 *     gatun_tensor k;
 *     gatun_tensor v;
 *     gatun_tensor cu_seqlens_q;
 *     gatun_tensor cu_seqlens_k;
 *     gatun_kv_cache cache;
 *     gatun_tensor page_table;
 *     gatun_tensor kv_lengths;
 *     gatun_tensor y;
 *     float scale;
 *     float softcap;
 *     int32_t causal;
 *     int32_t window;
 *     int32_t arithmetic;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_attention_params {
  gatun_attention_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout q$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout k$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout v$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens_q$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens_k$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cache$LAYOUT = gatun_kv_cache.layout();
  private static final GroupLayout page_table$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout kv_lengths$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat softcap$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt causal$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt window$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt arithmetic$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      q$LAYOUT.withName("q"),
      k$LAYOUT.withName("k"),
      v$LAYOUT.withName("v"),
      cu_seqlens_q$LAYOUT.withName("cu_seqlens_q"),
      cu_seqlens_k$LAYOUT.withName("cu_seqlens_k"),
      cache$LAYOUT.withName("cache"),
      page_table$LAYOUT.withName("page_table"),
      kv_lengths$LAYOUT.withName("kv_lengths"),
      y$LAYOUT.withName("y"),
      scale$LAYOUT.withName("scale"),
      softcap$LAYOUT.withName("softcap"),
      causal$LAYOUT.withName("causal"),
      window$LAYOUT.withName("window"),
      arithmetic$LAYOUT.withName("arithmetic"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_attention_params");

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

  // gatun_tensor q

  public static final GroupLayout q$layout() {
    return q$LAYOUT;
  }

  private static final long q$OFFSET = 8;

  public static final long q$offset() {
    return q$OFFSET;
  }

  public static MemorySegment q(MemorySegment struct) {
    return struct.asSlice(q$OFFSET, q$LAYOUT.byteSize());
  }

  public static void q(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, q$OFFSET, q$LAYOUT.byteSize());
  }

  // gatun_tensor k

  public static final GroupLayout k$layout() {
    return k$LAYOUT;
  }

  private static final long k$OFFSET = 104;

  public static final long k$offset() {
    return k$OFFSET;
  }

  public static MemorySegment k(MemorySegment struct) {
    return struct.asSlice(k$OFFSET, k$LAYOUT.byteSize());
  }

  public static void k(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, k$OFFSET, k$LAYOUT.byteSize());
  }

  // gatun_tensor v

  public static final GroupLayout v$layout() {
    return v$LAYOUT;
  }

  private static final long v$OFFSET = 200;

  public static final long v$offset() {
    return v$OFFSET;
  }

  public static MemorySegment v(MemorySegment struct) {
    return struct.asSlice(v$OFFSET, v$LAYOUT.byteSize());
  }

  public static void v(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, v$OFFSET, v$LAYOUT.byteSize());
  }

  // gatun_tensor cu_seqlens_q

  public static final GroupLayout cu_seqlens_q$layout() {
    return cu_seqlens_q$LAYOUT;
  }

  private static final long cu_seqlens_q$OFFSET = 296;

  public static final long cu_seqlens_q$offset() {
    return cu_seqlens_q$OFFSET;
  }

  public static MemorySegment cu_seqlens_q(MemorySegment struct) {
    return struct.asSlice(cu_seqlens_q$OFFSET, cu_seqlens_q$LAYOUT.byteSize());
  }

  public static void cu_seqlens_q(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cu_seqlens_q$OFFSET, cu_seqlens_q$LAYOUT.byteSize());
  }

  // gatun_tensor cu_seqlens_k

  public static final GroupLayout cu_seqlens_k$layout() {
    return cu_seqlens_k$LAYOUT;
  }

  private static final long cu_seqlens_k$OFFSET = 392;

  public static final long cu_seqlens_k$offset() {
    return cu_seqlens_k$OFFSET;
  }

  public static MemorySegment cu_seqlens_k(MemorySegment struct) {
    return struct.asSlice(cu_seqlens_k$OFFSET, cu_seqlens_k$LAYOUT.byteSize());
  }

  public static void cu_seqlens_k(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cu_seqlens_k$OFFSET, cu_seqlens_k$LAYOUT.byteSize());
  }

  // gatun_kv_cache cache

  public static final GroupLayout cache$layout() {
    return cache$LAYOUT;
  }

  private static final long cache$OFFSET = 488;

  public static final long cache$offset() {
    return cache$OFFSET;
  }

  public static MemorySegment cache(MemorySegment struct) {
    return struct.asSlice(cache$OFFSET, cache$LAYOUT.byteSize());
  }

  public static void cache(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cache$OFFSET, cache$LAYOUT.byteSize());
  }

  // gatun_tensor page_table

  public static final GroupLayout page_table$layout() {
    return page_table$LAYOUT;
  }

  private static final long page_table$OFFSET = 528;

  public static final long page_table$offset() {
    return page_table$OFFSET;
  }

  public static MemorySegment page_table(MemorySegment struct) {
    return struct.asSlice(page_table$OFFSET, page_table$LAYOUT.byteSize());
  }

  public static void page_table(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, page_table$OFFSET, page_table$LAYOUT.byteSize());
  }

  // gatun_tensor kv_lengths

  public static final GroupLayout kv_lengths$layout() {
    return kv_lengths$LAYOUT;
  }

  private static final long kv_lengths$OFFSET = 624;

  public static final long kv_lengths$offset() {
    return kv_lengths$OFFSET;
  }

  public static MemorySegment kv_lengths(MemorySegment struct) {
    return struct.asSlice(kv_lengths$OFFSET, kv_lengths$LAYOUT.byteSize());
  }

  public static void kv_lengths(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, kv_lengths$OFFSET, kv_lengths$LAYOUT.byteSize());
  }

  // gatun_tensor y

  public static final GroupLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 720;

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

  private static final long scale$OFFSET = 816;

  public static final long scale$offset() {
    return scale$OFFSET;
  }

  public static float scale(MemorySegment struct) {
    return struct.get(scale$LAYOUT, scale$OFFSET);
  }

  public static void scale(MemorySegment struct, float fieldValue) {
    struct.set(scale$LAYOUT, scale$OFFSET, fieldValue);
  }

  // float softcap

  public static final ValueLayout.OfFloat softcap$layout() {
    return softcap$LAYOUT;
  }

  private static final long softcap$OFFSET = 820;

  public static final long softcap$offset() {
    return softcap$OFFSET;
  }

  public static float softcap(MemorySegment struct) {
    return struct.get(softcap$LAYOUT, softcap$OFFSET);
  }

  public static void softcap(MemorySegment struct, float fieldValue) {
    struct.set(softcap$LAYOUT, softcap$OFFSET, fieldValue);
  }

  // int32_t causal

  public static final ValueLayout.OfInt causal$layout() {
    return causal$LAYOUT;
  }

  private static final long causal$OFFSET = 824;

  public static final long causal$offset() {
    return causal$OFFSET;
  }

  public static int causal(MemorySegment struct) {
    return struct.get(causal$LAYOUT, causal$OFFSET);
  }

  public static void causal(MemorySegment struct, int fieldValue) {
    struct.set(causal$LAYOUT, causal$OFFSET, fieldValue);
  }

  // int32_t window

  public static final ValueLayout.OfInt window$layout() {
    return window$LAYOUT;
  }

  private static final long window$OFFSET = 828;

  public static final long window$offset() {
    return window$OFFSET;
  }

  public static int window(MemorySegment struct) {
    return struct.get(window$LAYOUT, window$OFFSET);
  }

  public static void window(MemorySegment struct, int fieldValue) {
    struct.set(window$LAYOUT, window$OFFSET, fieldValue);
  }

  // int32_t arithmetic

  public static final ValueLayout.OfInt arithmetic$layout() {
    return arithmetic$LAYOUT;
  }

  private static final long arithmetic$OFFSET = 832;

  public static final long arithmetic$offset() {
    return arithmetic$OFFSET;
  }

  public static int arithmetic(MemorySegment struct) {
    return struct.get(arithmetic$LAYOUT, arithmetic$OFFSET);
  }

  public static void arithmetic(MemorySegment struct, int fieldValue) {
    struct.set(arithmetic$LAYOUT, arithmetic$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 836;

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
