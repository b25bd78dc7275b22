// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_device_info {
 *     int64_t struct_size;
 *     int32_t kind;
 *     int32_t isa;
 *     int32_t machine_isa;
 *     int32_t threads;
 *     char name[128];
 *     char isa_name[32];
 *     int64_t memory_budget_bytes;
 *     int64_t allocated_bytes;
 *     int64_t peak_bytes;
 *     int64_t weight_passes;
 *     int64_t regions;
 *     int64_t launches;
 *     int64_t memory_bytes;
 *     int64_t free_bytes;
 *     int32_t ordinal;
 *     int32_t capability;
 *     int32_t tensor_device;
 *     int32_t lost;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_device_info {
  gatun_device_info() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt kind$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt isa$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt machine_isa$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt threads$LAYOUT = GatunLibrary.C_INT;
  private static final SequenceLayout name$LAYOUT = MemoryLayout.sequenceLayout(128, GatunLibrary.C_CHAR);
  private static final SequenceLayout isa_name$LAYOUT = MemoryLayout.sequenceLayout(32, GatunLibrary.C_CHAR);
  private static final ValueLayout.OfLong memory_budget_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong allocated_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong peak_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong weight_passes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong regions$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong launches$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong memory_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong free_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt ordinal$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt capability$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt tensor_device$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt lost$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      kind$LAYOUT.withName("kind"),
      isa$LAYOUT.withName("isa"),
      machine_isa$LAYOUT.withName("machine_isa"),
      threads$LAYOUT.withName("threads"),
      name$LAYOUT.withName("name"),
      isa_name$LAYOUT.withName("isa_name"),
      memory_budget_bytes$LAYOUT.withName("memory_budget_bytes"),
      allocated_bytes$LAYOUT.withName("allocated_bytes"),
      peak_bytes$LAYOUT.withName("peak_bytes"),
      weight_passes$LAYOUT.withName("weight_passes"),
      regions$LAYOUT.withName("regions"),
      launches$LAYOUT.withName("launches"),
      memory_bytes$LAYOUT.withName("memory_bytes"),
      free_bytes$LAYOUT.withName("free_bytes"),
      ordinal$LAYOUT.withName("ordinal"),
      capability$LAYOUT.withName("capability"),
      tensor_device$LAYOUT.withName("tensor_device"),
      lost$LAYOUT.withName("lost")
  ).withName("gatun_device_info");

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

  // int32_t kind

  public static final ValueLayout.OfInt kind$layout() {
    return kind$LAYOUT;
  }

  private static final long kind$OFFSET = 8;

  public static final long kind$offset() {
    return kind$OFFSET;
  }

  public static int kind(MemorySegment struct) {
    return struct.get(kind$LAYOUT, kind$OFFSET);
  }

  public static void kind(MemorySegment struct, int fieldValue) {
    struct.set(kind$LAYOUT, kind$OFFSET, fieldValue);
  }

  // int32_t isa

  public static final ValueLayout.OfInt isa$layout() {
    return isa$LAYOUT;
  }

  private static final long isa$OFFSET = 12;

  public static final long isa$offset() {
    return isa$OFFSET;
  }

  public static int isa(MemorySegment struct) {
    return struct.get(isa$LAYOUT, isa$OFFSET);
  }

  public static void isa(MemorySegment struct, int fieldValue) {
    struct.set(isa$LAYOUT, isa$OFFSET, fieldValue);
  }

  // int32_t machine_isa

  public static final ValueLayout.OfInt machine_isa$layout() {
    return machine_isa$LAYOUT;
  }

  private static final long machine_isa$OFFSET = 16;

  public static final long machine_isa$offset() {
    return machine_isa$OFFSET;
  }

  public static int machine_isa(MemorySegment struct) {
    return struct.get(machine_isa$LAYOUT, machine_isa$OFFSET);
  }

  public static void machine_isa(MemorySegment struct, int fieldValue) {
    struct.set(machine_isa$LAYOUT, machine_isa$OFFSET, fieldValue);
  }

  // int32_t threads

  public static final ValueLayout.OfInt threads$layout() {
    return threads$LAYOUT;
  }

  private static final long threads$OFFSET = 20;

  public static final long threads$offset() {
    return threads$OFFSET;
  }

  public static int threads(MemorySegment struct) {
    return struct.get(threads$LAYOUT, threads$OFFSET);
  }

  public static void threads(MemorySegment struct, int fieldValue) {
    struct.set(threads$LAYOUT, threads$OFFSET, fieldValue);
  }

  // char name[128]

  public static final SequenceLayout name$layout() {
    return name$LAYOUT;
  }

  private static final long name$OFFSET = 24;

  public static final long name$offset() {
    return name$OFFSET;
  }

  public static MemorySegment name(MemorySegment struct) {
    return struct.asSlice(name$OFFSET, name$LAYOUT.byteSize());
  }

  public static void name(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, name$OFFSET, name$LAYOUT.byteSize());
  }

  private static final long[] name$DIMS = {128};

  public static long[] name$dimensions() {
    return name$DIMS.clone();
  }

  public static byte name(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, name$OFFSET + Objects.checkIndex(index0, 128L) * 1);
  }

  public static void name(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, name$OFFSET + Objects.checkIndex(index0, 128L) * 1, fieldValue);
  }

  // char isa_name[32]

  public static final SequenceLayout isa_name$layout() {
    return isa_name$LAYOUT;
  }

  private static final long isa_name$OFFSET = 152;

  public static final long isa_name$offset() {
    return isa_name$OFFSET;
  }

  public static MemorySegment isa_name(MemorySegment struct) {
    return struct.asSlice(isa_name$OFFSET, isa_name$LAYOUT.byteSize());
  }

  public static void isa_name(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, isa_name$OFFSET, isa_name$LAYOUT.byteSize());
  }

  private static final long[] isa_name$DIMS = {32};

  public static long[] isa_name$dimensions() {
    return isa_name$DIMS.clone();
  }

  public static byte isa_name(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, isa_name$OFFSET + Objects.checkIndex(index0, 32L) * 1);
  }

  public static void isa_name(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, isa_name$OFFSET + Objects.checkIndex(index0, 32L) * 1, fieldValue);
  }

  // int64_t memory_budget_bytes

  public static final ValueLayout.OfLong memory_budget_bytes$layout() {
    return memory_budget_bytes$LAYOUT;
  }

  private static final long memory_budget_bytes$OFFSET = 184;

  public static final long memory_budget_bytes$offset() {
    return memory_budget_bytes$OFFSET;
  }

  public static long memory_budget_bytes(MemorySegment struct) {
    return struct.get(memory_budget_bytes$LAYOUT, memory_budget_bytes$OFFSET);
  }

  public static void memory_budget_bytes(MemorySegment struct, long fieldValue) {
    struct.set(memory_budget_bytes$LAYOUT, memory_budget_bytes$OFFSET, fieldValue);
  }

  // int64_t allocated_bytes

  public static final ValueLayout.OfLong allocated_bytes$layout() {
    return allocated_bytes$LAYOUT;
  }

  private static final long allocated_bytes$OFFSET = 192;

  public static final long allocated_bytes$offset() {
    return allocated_bytes$OFFSET;
  }

  public static long allocated_bytes(MemorySegment struct) {
    return struct.get(allocated_bytes$LAYOUT, allocated_bytes$OFFSET);
  }

  public static void allocated_bytes(MemorySegment struct, long fieldValue) {
    struct.set(allocated_bytes$LAYOUT, allocated_bytes$OFFSET, fieldValue);
  }

  // int64_t peak_bytes

  public static final ValueLayout.OfLong peak_bytes$layout() {
    return peak_bytes$LAYOUT;
  }

  private static final long peak_bytes$OFFSET = 200;

  public static final long peak_bytes$offset() {
    return peak_bytes$OFFSET;
  }

  public static long peak_bytes(MemorySegment struct) {
    return struct.get(peak_bytes$LAYOUT, peak_bytes$OFFSET);
  }

  public static void peak_bytes(MemorySegment struct, long fieldValue) {
    struct.set(peak_bytes$LAYOUT, peak_bytes$OFFSET, fieldValue);
  }

  // int64_t weight_passes

  public static final ValueLayout.OfLong weight_passes$layout() {
    return weight_passes$LAYOUT;
  }

  private static final long weight_passes$OFFSET = 208;

  public static final long weight_passes$offset() {
    return weight_passes$OFFSET;
  }

  public static long weight_passes(MemorySegment struct) {
    return struct.get(weight_passes$LAYOUT, weight_passes$OFFSET);
  }

  public static void weight_passes(MemorySegment struct, long fieldValue) {
    struct.set(weight_passes$LAYOUT, weight_passes$OFFSET, fieldValue);
  }

  // int64_t regions

  public static final ValueLayout.OfLong regions$layout() {
    return regions$LAYOUT;
  }

  private static final long regions$OFFSET = 216;

  public static final long regions$offset() {
    return regions$OFFSET;
  }

  public static long regions(MemorySegment struct) {
    return struct.get(regions$LAYOUT, regions$OFFSET);
  }

  public static void regions(MemorySegment struct, long fieldValue) {
    struct.set(regions$LAYOUT, regions$OFFSET, fieldValue);
  }

  // int64_t launches

  public static final ValueLayout.OfLong launches$layout() {
    return launches$LAYOUT;
  }

  private static final long launches$OFFSET = 224;

  public static final long launches$offset() {
    return launches$OFFSET;
  }

  public static long launches(MemorySegment struct) {
    return struct.get(launches$LAYOUT, launches$OFFSET);
  }

  public static void launches(MemorySegment struct, long fieldValue) {
    struct.set(launches$LAYOUT, launches$OFFSET, fieldValue);
  }

  // int64_t memory_bytes

  public static final ValueLayout.OfLong memory_bytes$layout() {
    return memory_bytes$LAYOUT;
  }

  private static final long memory_bytes$OFFSET = 232;

  public static final long memory_bytes$offset() {
    return memory_bytes$OFFSET;
  }

  public static long memory_bytes(MemorySegment struct) {
    return struct.get(memory_bytes$LAYOUT, memory_bytes$OFFSET);
  }

  public static void memory_bytes(MemorySegment struct, long fieldValue) {
    struct.set(memory_bytes$LAYOUT, memory_bytes$OFFSET, fieldValue);
  }

  // int64_t free_bytes

  public static final ValueLayout.OfLong free_bytes$layout() {
    return free_bytes$LAYOUT;
  }

  private static final long free_bytes$OFFSET = 240;

  public static final long free_bytes$offset() {
    return free_bytes$OFFSET;
  }

  public static long free_bytes(MemorySegment struct) {
    return struct.get(free_bytes$LAYOUT, free_bytes$OFFSET);
  }

  public static void free_bytes(MemorySegment struct, long fieldValue) {
    struct.set(free_bytes$LAYOUT, free_bytes$OFFSET, fieldValue);
  }

  // int32_t ordinal

  public static final ValueLayout.OfInt ordinal$layout() {
    return ordinal$LAYOUT;
  }

  private static final long ordinal$OFFSET = 248;

  public static final long ordinal$offset() {
    return ordinal$OFFSET;
  }

  public static int ordinal(MemorySegment struct) {
    return struct.get(ordinal$LAYOUT, ordinal$OFFSET);
  }

  public static void ordinal(MemorySegment struct, int fieldValue) {
    struct.set(ordinal$LAYOUT, ordinal$OFFSET, fieldValue);
  }

  // int32_t capability

  public static final ValueLayout.OfInt capability$layout() {
    return capability$LAYOUT;
  }

  private static final long capability$OFFSET = 252;

  public static final long capability$offset() {
    return capability$OFFSET;
  }

  public static int capability(MemorySegment struct) {
    return struct.get(capability$LAYOUT, capability$OFFSET);
  }

  public static void capability(MemorySegment struct, int fieldValue) {
    struct.set(capability$LAYOUT, capability$OFFSET, fieldValue);
  }

  // int32_t tensor_device

  public static final ValueLayout.OfInt tensor_device$layout() {
    return tensor_device$LAYOUT;
  }

  private static final long tensor_device$OFFSET = 256;

  public static final long tensor_device$offset() {
    return tensor_device$OFFSET;
  }

  public static int tensor_device(MemorySegment struct) {
    return struct.get(tensor_device$LAYOUT, tensor_device$OFFSET);
  }

  public static void tensor_device(MemorySegment struct, int fieldValue) {
    struct.set(tensor_device$LAYOUT, tensor_device$OFFSET, fieldValue);
  }

  // int32_t lost

  public static final ValueLayout.OfInt lost$layout() {
    return lost$LAYOUT;
  }

  private static final long lost$OFFSET = 260;

  public static final long lost$offset() {
    return lost$OFFSET;
  }

  public static int lost(MemorySegment struct) {
    return struct.get(lost$LAYOUT, lost$OFFSET);
  }

  public static void lost(MemorySegment struct, int fieldValue) {
    struct.set(lost$LAYOUT, lost$OFFSET, fieldValue);
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
