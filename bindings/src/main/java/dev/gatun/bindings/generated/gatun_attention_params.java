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
 *     int32_t flags;
 *     gatun_tensor log_sum_exp;
 *     gatun_tensor bias_table;
 *     gatun_tensor kv_sequence;
 *     int32_t bias_bidirectional;
 *     int32_t bias_max_distance;
 *     float dropout;
 *     int32_t reserved_2;
 *     int64_t dropout_seed;
 *     int64_t dropout_sequence;
 *     int32_t max_queries;
 *     int32_t reserved_3;
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
  private static final ValueLayout.OfInt flags$LAYOUT = GatunLibrary.C_INT;
  private static final GroupLayout log_sum_exp$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout bias_table$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout kv_sequence$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfInt bias_bidirectional$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt bias_max_distance$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfFloat dropout$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt reserved_2$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong dropout_seed$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong dropout_sequence$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt max_queries$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved_3$LAYOUT = GatunLibrary.C_INT;

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
      flags$LAYOUT.withName("flags"),
      log_sum_exp$LAYOUT.withName("log_sum_exp"),
      bias_table$LAYOUT.withName("bias_table"),
      kv_sequence$LAYOUT.withName("kv_sequence"),
      bias_bidirectional$LAYOUT.withName("bias_bidirectional"),
      bias_max_distance$LAYOUT.withName("bias_max_distance"),
      dropout$LAYOUT.withName("dropout"),
      reserved_2$LAYOUT.withName("reserved_2"),
      dropout_seed$LAYOUT.withName("dropout_seed"),
      dropout_sequence$LAYOUT.withName("dropout_sequence"),
      max_queries$LAYOUT.withName("max_queries"),
      reserved_3$LAYOUT.withName("reserved_3")
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

  // int32_t flags

  public static final ValueLayout.OfInt flags$layout() {
    return flags$LAYOUT;
  }

  private static final long flags$OFFSET = 836;

  public static final long flags$offset() {
    return flags$OFFSET;
  }

  public static int flags(MemorySegment struct) {
    return struct.get(flags$LAYOUT, flags$OFFSET);
  }

  public static void flags(MemorySegment struct, int fieldValue) {
    struct.set(flags$LAYOUT, flags$OFFSET, fieldValue);
  }

  // gatun_tensor log_sum_exp

  public static final GroupLayout log_sum_exp$layout() {
    return log_sum_exp$LAYOUT;
  }

  private static final long log_sum_exp$OFFSET = 840;

  public static final long log_sum_exp$offset() {
    return log_sum_exp$OFFSET;
  }

  public static MemorySegment log_sum_exp(MemorySegment struct) {
    return struct.asSlice(log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  public static void log_sum_exp(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  // gatun_tensor bias_table

  public static final GroupLayout bias_table$layout() {
    return bias_table$LAYOUT;
  }

  private static final long bias_table$OFFSET = 936;

  public static final long bias_table$offset() {
    return bias_table$OFFSET;
  }

  public static MemorySegment bias_table(MemorySegment struct) {
    return struct.asSlice(bias_table$OFFSET, bias_table$LAYOUT.byteSize());
  }

  public static void bias_table(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, bias_table$OFFSET, bias_table$LAYOUT.byteSize());
  }

  // gatun_tensor kv_sequence

  public static final GroupLayout kv_sequence$layout() {
    return kv_sequence$LAYOUT;
  }

  private static final long kv_sequence$OFFSET = 1032;

  public static final long kv_sequence$offset() {
    return kv_sequence$OFFSET;
  }

  public static MemorySegment kv_sequence(MemorySegment struct) {
    return struct.asSlice(kv_sequence$OFFSET, kv_sequence$LAYOUT.byteSize());
  }

  public static void kv_sequence(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, kv_sequence$OFFSET, kv_sequence$LAYOUT.byteSize());
  }

  // int32_t bias_bidirectional

  public static final ValueLayout.OfInt bias_bidirectional$layout() {
    return bias_bidirectional$LAYOUT;
  }

  private static final long bias_bidirectional$OFFSET = 1128;

  public static final long bias_bidirectional$offset() {
    return bias_bidirectional$OFFSET;
  }

  public static int bias_bidirectional(MemorySegment struct) {
    return struct.get(bias_bidirectional$LAYOUT, bias_bidirectional$OFFSET);
  }

  public static void bias_bidirectional(MemorySegment struct, int fieldValue) {
    struct.set(bias_bidirectional$LAYOUT, bias_bidirectional$OFFSET, fieldValue);
  }

  // int32_t bias_max_distance

  public static final ValueLayout.OfInt bias_max_distance$layout() {
    return bias_max_distance$LAYOUT;
  }

  private static final long bias_max_distance$OFFSET = 1132;

  public static final long bias_max_distance$offset() {
    return bias_max_distance$OFFSET;
  }

  public static int bias_max_distance(MemorySegment struct) {
    return struct.get(bias_max_distance$LAYOUT, bias_max_distance$OFFSET);
  }

  public static void bias_max_distance(MemorySegment struct, int fieldValue) {
    struct.set(bias_max_distance$LAYOUT, bias_max_distance$OFFSET, fieldValue);
  }

  // float dropout

  public static final ValueLayout.OfFloat dropout$layout() {
    return dropout$LAYOUT;
  }

  private static final long dropout$OFFSET = 1136;

  public static final long dropout$offset() {
    return dropout$OFFSET;
  }

  public static float dropout(MemorySegment struct) {
    return struct.get(dropout$LAYOUT, dropout$OFFSET);
  }

  public static void dropout(MemorySegment struct, float fieldValue) {
    struct.set(dropout$LAYOUT, dropout$OFFSET, fieldValue);
  }

  // int32_t reserved_2

  public static final ValueLayout.OfInt reserved_2$layout() {
    return reserved_2$LAYOUT;
  }

  private static final long reserved_2$OFFSET = 1140;

  public static final long reserved_2$offset() {
    return reserved_2$OFFSET;
  }

  public static int reserved_2(MemorySegment struct) {
    return struct.get(reserved_2$LAYOUT, reserved_2$OFFSET);
  }

  public static void reserved_2(MemorySegment struct, int fieldValue) {
    struct.set(reserved_2$LAYOUT, reserved_2$OFFSET, fieldValue);
  }

  // int64_t dropout_seed

  public static final ValueLayout.OfLong dropout_seed$layout() {
    return dropout_seed$LAYOUT;
  }

  private static final long dropout_seed$OFFSET = 1144;

  public static final long dropout_seed$offset() {
    return dropout_seed$OFFSET;
  }

  public static long dropout_seed(MemorySegment struct) {
    return struct.get(dropout_seed$LAYOUT, dropout_seed$OFFSET);
  }

  public static void dropout_seed(MemorySegment struct, long fieldValue) {
    struct.set(dropout_seed$LAYOUT, dropout_seed$OFFSET, fieldValue);
  }

  // int64_t dropout_sequence

  public static final ValueLayout.OfLong dropout_sequence$layout() {
    return dropout_sequence$LAYOUT;
  }

  private static final long dropout_sequence$OFFSET = 1152;

  public static final long dropout_sequence$offset() {
    return dropout_sequence$OFFSET;
  }

  public static long dropout_sequence(MemorySegment struct) {
    return struct.get(dropout_sequence$LAYOUT, dropout_sequence$OFFSET);
  }

  public static void dropout_sequence(MemorySegment struct, long fieldValue) {
    struct.set(dropout_sequence$LAYOUT, dropout_sequence$OFFSET, fieldValue);
  }

  // int32_t max_queries

  public static final ValueLayout.OfInt max_queries$layout() {
    return max_queries$LAYOUT;
  }

  private static final long max_queries$OFFSET = 1160;

  public static final long max_queries$offset() {
    return max_queries$OFFSET;
  }

  public static int max_queries(MemorySegment struct) {
    return struct.get(max_queries$LAYOUT, max_queries$OFFSET);
  }

  public static void max_queries(MemorySegment struct, int fieldValue) {
    struct.set(max_queries$LAYOUT, max_queries$OFFSET, fieldValue);
  }

  // int32_t reserved_3

  public static final ValueLayout.OfInt reserved_3$layout() {
    return reserved_3$LAYOUT;
  }

  private static final long reserved_3$OFFSET = 1164;

  public static final long reserved_3$offset() {
    return reserved_3$OFFSET;
  }

  public static int reserved_3(MemorySegment struct) {
    return struct.get(reserved_3$LAYOUT, reserved_3$OFFSET);
  }

  public static void reserved_3(MemorySegment struct, int fieldValue) {
    struct.set(reserved_3$LAYOUT, reserved_3$OFFSET, fieldValue);
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
