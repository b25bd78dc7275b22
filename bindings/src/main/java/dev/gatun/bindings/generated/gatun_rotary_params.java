// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_rotary_params {
 *     int64_t struct_size;
 *     gatun_tensor q;
 *     gatun_tensor k;
 *     gatun_tensor v;
 *     gatun_tensor positions;
 *     gatun_tensor inv_freq;
 *     gatun_tensor frequency_rows;
 *     gatun_tensor q_norm_weight;
 *     gatun_tensor k_norm_weight;
 *     gatun_kv_cache cache;
 *     gatun_tensor slots;
 *     float attention_factor;
 *     float norm_eps;
 *     float norm_weight_offset;
 *     int32_t interleaved;
 *     int32_t inverse;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_rotary_params {
  gatun_rotary_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout q$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout k$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout v$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout positions$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout inv_freq$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout frequency_rows$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout q_norm_weight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout k_norm_weight$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout cache$LAYOUT = gatun_kv_cache.layout();
  private static final GroupLayout slots$LAYOUT = gatun_tensor.layout();
  private static final ValueLayout.OfFloat attention_factor$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat norm_eps$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat norm_weight_offset$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt interleaved$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt inverse$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      q$LAYOUT.withName("q"),
      k$LAYOUT.withName("k"),
      v$LAYOUT.withName("v"),
      positions$LAYOUT.withName("positions"),
      inv_freq$LAYOUT.withName("inv_freq"),
      frequency_rows$LAYOUT.withName("frequency_rows"),
      q_norm_weight$LAYOUT.withName("q_norm_weight"),
      k_norm_weight$LAYOUT.withName("k_norm_weight"),
      cache$LAYOUT.withName("cache"),
      slots$LAYOUT.withName("slots"),
      attention_factor$LAYOUT.withName("attention_factor"),
      norm_eps$LAYOUT.withName("norm_eps"),
      norm_weight_offset$LAYOUT.withName("norm_weight_offset"),
      interleaved$LAYOUT.withName("interleaved"),
      inverse$LAYOUT.withName("inverse"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_rotary_params");

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

  // gatun_tensor positions

  public static final GroupLayout positions$layout() {
    return positions$LAYOUT;
  }

  private static final long positions$OFFSET = 296;

  public static final long positions$offset() {
    return positions$OFFSET;
  }

  public static MemorySegment positions(MemorySegment struct) {
    return struct.asSlice(positions$OFFSET, positions$LAYOUT.byteSize());
  }

  public static void positions(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, positions$OFFSET, positions$LAYOUT.byteSize());
  }

  // gatun_tensor inv_freq

  public static final GroupLayout inv_freq$layout() {
    return inv_freq$LAYOUT;
  }

  private static final long inv_freq$OFFSET = 392;

  public static final long inv_freq$offset() {
    return inv_freq$OFFSET;
  }

  public static MemorySegment inv_freq(MemorySegment struct) {
    return struct.asSlice(inv_freq$OFFSET, inv_freq$LAYOUT.byteSize());
  }

  public static void inv_freq(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, inv_freq$OFFSET, inv_freq$LAYOUT.byteSize());
  }

  // gatun_tensor frequency_rows

  public static final GroupLayout frequency_rows$layout() {
    return frequency_rows$LAYOUT;
  }

  private static final long frequency_rows$OFFSET = 488;

  public static final long frequency_rows$offset() {
    return frequency_rows$OFFSET;
  }

  public static MemorySegment frequency_rows(MemorySegment struct) {
    return struct.asSlice(frequency_rows$OFFSET, frequency_rows$LAYOUT.byteSize());
  }

  public static void frequency_rows(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, frequency_rows$OFFSET, frequency_rows$LAYOUT.byteSize());
  }

  // gatun_tensor q_norm_weight

  public static final GroupLayout q_norm_weight$layout() {
    return q_norm_weight$LAYOUT;
  }

  private static final long q_norm_weight$OFFSET = 584;

  public static final long q_norm_weight$offset() {
    return q_norm_weight$OFFSET;
  }

  public static MemorySegment q_norm_weight(MemorySegment struct) {
    return struct.asSlice(q_norm_weight$OFFSET, q_norm_weight$LAYOUT.byteSize());
  }

  public static void q_norm_weight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, q_norm_weight$OFFSET, q_norm_weight$LAYOUT.byteSize());
  }

  // gatun_tensor k_norm_weight

  public static final GroupLayout k_norm_weight$layout() {
    return k_norm_weight$LAYOUT;
  }

  private static final long k_norm_weight$OFFSET = 680;

  public static final long k_norm_weight$offset() {
    return k_norm_weight$OFFSET;
  }

  public static MemorySegment k_norm_weight(MemorySegment struct) {
    return struct.asSlice(k_norm_weight$OFFSET, k_norm_weight$LAYOUT.byteSize());
  }

  public static void k_norm_weight(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, k_norm_weight$OFFSET, k_norm_weight$LAYOUT.byteSize());
  }

  // gatun_kv_cache cache

  public static final GroupLayout cache$layout() {
    return cache$LAYOUT;
  }

  private static final long cache$OFFSET = 776;

  public static final long cache$offset() {
    return cache$OFFSET;
  }

  public static MemorySegment cache(MemorySegment struct) {
    return struct.asSlice(cache$OFFSET, cache$LAYOUT.byteSize());
  }

  public static void cache(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cache$OFFSET, cache$LAYOUT.byteSize());
  }

  // gatun_tensor slots

  public static final GroupLayout slots$layout() {
    return slots$LAYOUT;
  }

  private static final long slots$OFFSET = 816;

  public static final long slots$offset() {
    return slots$OFFSET;
  }

  public static MemorySegment slots(MemorySegment struct) {
    return struct.asSlice(slots$OFFSET, slots$LAYOUT.byteSize());
  }

  public static void slots(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, slots$OFFSET, slots$LAYOUT.byteSize());
  }

  // float attention_factor

  public static final ValueLayout.OfFloat attention_factor$layout() {
    return attention_factor$LAYOUT;
  }

  private static final long attention_factor$OFFSET = 912;

  public static final long attention_factor$offset() {
    return attention_factor$OFFSET;
  }

  public static float attention_factor(MemorySegment struct) {
    return struct.get(attention_factor$LAYOUT, attention_factor$OFFSET);
  }

  public static void attention_factor(MemorySegment struct, float fieldValue) {
    struct.set(attention_factor$LAYOUT, attention_factor$OFFSET, fieldValue);
  }

  // float norm_eps

  public static final ValueLayout.OfFloat norm_eps$layout() {
    return norm_eps$LAYOUT;
  }

  private static final long norm_eps$OFFSET = 916;

  public static final long norm_eps$offset() {
    return norm_eps$OFFSET;
  }

  public static float norm_eps(MemorySegment struct) {
    return struct.get(norm_eps$LAYOUT, norm_eps$OFFSET);
  }

  public static void norm_eps(MemorySegment struct, float fieldValue) {
    struct.set(norm_eps$LAYOUT, norm_eps$OFFSET, fieldValue);
  }

  // float norm_weight_offset

  public static final ValueLayout.OfFloat norm_weight_offset$layout() {
    return norm_weight_offset$LAYOUT;
  }

  private static final long norm_weight_offset$OFFSET = 920;

  public static final long norm_weight_offset$offset() {
    return norm_weight_offset$OFFSET;
  }

  public static float norm_weight_offset(MemorySegment struct) {
    return struct.get(norm_weight_offset$LAYOUT, norm_weight_offset$OFFSET);
  }

  public static void norm_weight_offset(MemorySegment struct, float fieldValue) {
    struct.set(norm_weight_offset$LAYOUT, norm_weight_offset$OFFSET, fieldValue);
  }

  // int32_t interleaved

  public static final ValueLayout.OfInt interleaved$layout() {
    return interleaved$LAYOUT;
  }

  private static final long interleaved$OFFSET = 924;

  public static final long interleaved$offset() {
    return interleaved$OFFSET;
  }

  public static int interleaved(MemorySegment struct) {
    return struct.get(interleaved$LAYOUT, interleaved$OFFSET);
  }

  public static void interleaved(MemorySegment struct, int fieldValue) {
    struct.set(interleaved$LAYOUT, interleaved$OFFSET, fieldValue);
  }

  // int32_t inverse

  public static final ValueLayout.OfInt inverse$layout() {
    return inverse$LAYOUT;
  }

  private static final long inverse$OFFSET = 928;

  public static final long inverse$offset() {
    return inverse$OFFSET;
  }

  public static int inverse(MemorySegment struct) {
    return struct.get(inverse$LAYOUT, inverse$OFFSET);
  }

  public static void inverse(MemorySegment struct, int fieldValue) {
    struct.set(inverse$LAYOUT, inverse$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 932;

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
