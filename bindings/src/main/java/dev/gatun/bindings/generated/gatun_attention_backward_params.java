// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_attention_backward_params {
 *     int64_t struct_size;
 *     gatun_tensor q;
 *     gatun_tensor k;
 *     gatun_tensor v;
 *     gatun_tensor y;
 *     gatun_tensor dy;
 *     gatun_tensor log_sum_exp;
 *     gatun_tensor cu_seqlens_q;
 *     gatun_tensor cu_seqlens_k;
 *     gatun_tensor bias_table;
 *     gatun_tensor dq;
 *     gatun_tensor dk;
 *     gatun_tensor dv;
 *     gatun_tensor dbias_table;
 *     float scale;
 *     float softcap;
 *     int32_t causal;
 *     int32_t window;
 *     int32_t bias_bidirectional;
 *     int32_t bias_max_distance;
 *     float dropout;
 *     int32_t accumulate;
 *     int64_t dropout_seed;
 *     int64_t dropout_sequence;
 *     int32_t arithmetic;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_attention_backward_params {
  gatun_attention_backward_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout q$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout k$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout v$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout y$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dy$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout log_sum_exp$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens_q$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cu_seqlens_k$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout bias_table$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dq$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dk$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dv$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout dbias_table$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat scale$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat softcap$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt causal$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt window$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt bias_bidirectional$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt bias_max_distance$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfFloat dropout$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt accumulate$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong dropout_seed$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong dropout_sequence$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt arithmetic$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      q$LAYOUT.withName("q"),
      k$LAYOUT.withName("k"),
      v$LAYOUT.withName("v"),
      y$LAYOUT.withName("y"),
      dy$LAYOUT.withName("dy"),
      log_sum_exp$LAYOUT.withName("log_sum_exp"),
      cu_seqlens_q$LAYOUT.withName("cu_seqlens_q"),
      cu_seqlens_k$LAYOUT.withName("cu_seqlens_k"),
      bias_table$LAYOUT.withName("bias_table"),
      dq$LAYOUT.withName("dq"),
      dk$LAYOUT.withName("dk"),
      dv$LAYOUT.withName("dv"),
      dbias_table$LAYOUT.withName("dbias_table"),
      scale$LAYOUT.withName("scale"),
      softcap$LAYOUT.withName("softcap"),
      causal$LAYOUT.withName("causal"),
      window$LAYOUT.withName("window"),
      bias_bidirectional$LAYOUT.withName("bias_bidirectional"),
      bias_max_distance$LAYOUT.withName("bias_max_distance"),
      dropout$LAYOUT.withName("dropout"),
      accumulate$LAYOUT.withName("accumulate"),
      dropout_seed$LAYOUT.withName("dropout_seed"),
      dropout_sequence$LAYOUT.withName("dropout_sequence"),
      arithmetic$LAYOUT.withName("arithmetic"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_attention_backward_params");

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

  // gatun_tensor y

  public static final GroupLayout y$layout() {
    return y$LAYOUT;
  }

  private static final long y$OFFSET = 296;

  public static final long y$offset() {
    return y$OFFSET;
  }

  public static MemorySegment y(MemorySegment struct) {
    return struct.asSlice(y$OFFSET, y$LAYOUT.byteSize());
  }

  public static void y(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, y$OFFSET, y$LAYOUT.byteSize());
  }

  // gatun_tensor dy

  public static final GroupLayout dy$layout() {
    return dy$LAYOUT;
  }

  private static final long dy$OFFSET = 392;

  public static final long dy$offset() {
    return dy$OFFSET;
  }

  public static MemorySegment dy(MemorySegment struct) {
    return struct.asSlice(dy$OFFSET, dy$LAYOUT.byteSize());
  }

  public static void dy(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dy$OFFSET, dy$LAYOUT.byteSize());
  }

  // gatun_tensor log_sum_exp

  public static final GroupLayout log_sum_exp$layout() {
    return log_sum_exp$LAYOUT;
  }

  private static final long log_sum_exp$OFFSET = 488;

  public static final long log_sum_exp$offset() {
    return log_sum_exp$OFFSET;
  }

  public static MemorySegment log_sum_exp(MemorySegment struct) {
    return struct.asSlice(log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  public static void log_sum_exp(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, log_sum_exp$OFFSET, log_sum_exp$LAYOUT.byteSize());
  }

  // gatun_tensor cu_seqlens_q

  public static final GroupLayout cu_seqlens_q$layout() {
    return cu_seqlens_q$LAYOUT;
  }

  private static final long cu_seqlens_q$OFFSET = 584;

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

  private static final long cu_seqlens_k$OFFSET = 680;

  public static final long cu_seqlens_k$offset() {
    return cu_seqlens_k$OFFSET;
  }

  public static MemorySegment cu_seqlens_k(MemorySegment struct) {
    return struct.asSlice(cu_seqlens_k$OFFSET, cu_seqlens_k$LAYOUT.byteSize());
  }

  public static void cu_seqlens_k(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cu_seqlens_k$OFFSET, cu_seqlens_k$LAYOUT.byteSize());
  }

  // gatun_tensor bias_table

  public static final GroupLayout bias_table$layout() {
    return bias_table$LAYOUT;
  }

  private static final long bias_table$OFFSET = 776;

  public static final long bias_table$offset() {
    return bias_table$OFFSET;
  }

  public static MemorySegment bias_table(MemorySegment struct) {
    return struct.asSlice(bias_table$OFFSET, bias_table$LAYOUT.byteSize());
  }

  public static void bias_table(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, bias_table$OFFSET, bias_table$LAYOUT.byteSize());
  }

  // gatun_tensor dq

  public static final GroupLayout dq$layout() {
    return dq$LAYOUT;
  }

  private static final long dq$OFFSET = 872;

  public static final long dq$offset() {
    return dq$OFFSET;
  }

  public static MemorySegment dq(MemorySegment struct) {
    return struct.asSlice(dq$OFFSET, dq$LAYOUT.byteSize());
  }

  public static void dq(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dq$OFFSET, dq$LAYOUT.byteSize());
  }

  // gatun_tensor dk

  public static final GroupLayout dk$layout() {
    return dk$LAYOUT;
  }

  private static final long dk$OFFSET = 968;

  public static final long dk$offset() {
    return dk$OFFSET;
  }

  public static MemorySegment dk(MemorySegment struct) {
    return struct.asSlice(dk$OFFSET, dk$LAYOUT.byteSize());
  }

  public static void dk(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dk$OFFSET, dk$LAYOUT.byteSize());
  }

  // gatun_tensor dv

  public static final GroupLayout dv$layout() {
    return dv$LAYOUT;
  }

  private static final long dv$OFFSET = 1064;

  public static final long dv$offset() {
    return dv$OFFSET;
  }

  public static MemorySegment dv(MemorySegment struct) {
    return struct.asSlice(dv$OFFSET, dv$LAYOUT.byteSize());
  }

  public static void dv(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dv$OFFSET, dv$LAYOUT.byteSize());
  }

  // gatun_tensor dbias_table

  public static final GroupLayout dbias_table$layout() {
    return dbias_table$LAYOUT;
  }

  private static final long dbias_table$OFFSET = 1160;

  public static final long dbias_table$offset() {
    return dbias_table$OFFSET;
  }

  public static MemorySegment dbias_table(MemorySegment struct) {
    return struct.asSlice(dbias_table$OFFSET, dbias_table$LAYOUT.byteSize());
  }

  public static void dbias_table(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, dbias_table$OFFSET, dbias_table$LAYOUT.byteSize());
  }

  // float scale

  public static final ValueLayout.OfFloat scale$layout() {
    return scale$LAYOUT;
  }

  private static final long scale$OFFSET = 1256;

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

  private static final long softcap$OFFSET = 1260;

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

  private static final long causal$OFFSET = 1264;

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

  private static final long window$OFFSET = 1268;

  public static final long window$offset() {
    return window$OFFSET;
  }

  public static int window(MemorySegment struct) {
    return struct.get(window$LAYOUT, window$OFFSET);
  }

  public static void window(MemorySegment struct, int fieldValue) {
    struct.set(window$LAYOUT, window$OFFSET, fieldValue);
  }

  // int32_t bias_bidirectional

  public static final ValueLayout.OfInt bias_bidirectional$layout() {
    return bias_bidirectional$LAYOUT;
  }

  private static final long bias_bidirectional$OFFSET = 1272;

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

  private static final long bias_max_distance$OFFSET = 1276;

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

  private static final long dropout$OFFSET = 1280;

  public static final long dropout$offset() {
    return dropout$OFFSET;
  }

  public static float dropout(MemorySegment struct) {
    return struct.get(dropout$LAYOUT, dropout$OFFSET);
  }

  public static void dropout(MemorySegment struct, float fieldValue) {
    struct.set(dropout$LAYOUT, dropout$OFFSET, fieldValue);
  }

  // int32_t accumulate

  public static final ValueLayout.OfInt accumulate$layout() {
    return accumulate$LAYOUT;
  }

  private static final long accumulate$OFFSET = 1284;

  public static final long accumulate$offset() {
    return accumulate$OFFSET;
  }

  public static int accumulate(MemorySegment struct) {
    return struct.get(accumulate$LAYOUT, accumulate$OFFSET);
  }

  public static void accumulate(MemorySegment struct, int fieldValue) {
    struct.set(accumulate$LAYOUT, accumulate$OFFSET, fieldValue);
  }

  // int64_t dropout_seed

  public static final ValueLayout.OfLong dropout_seed$layout() {
    return dropout_seed$LAYOUT;
  }

  private static final long dropout_seed$OFFSET = 1288;

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

  private static final long dropout_sequence$OFFSET = 1296;

  public static final long dropout_sequence$offset() {
    return dropout_sequence$OFFSET;
  }

  public static long dropout_sequence(MemorySegment struct) {
    return struct.get(dropout_sequence$LAYOUT, dropout_sequence$OFFSET);
  }

  public static void dropout_sequence(MemorySegment struct, long fieldValue) {
    struct.set(dropout_sequence$LAYOUT, dropout_sequence$OFFSET, fieldValue);
  }

  // int32_t arithmetic

  public static final ValueLayout.OfInt arithmetic$layout() {
    return arithmetic$LAYOUT;
  }

  private static final long arithmetic$OFFSET = 1304;

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

  private static final long reserved$OFFSET = 1308;

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
