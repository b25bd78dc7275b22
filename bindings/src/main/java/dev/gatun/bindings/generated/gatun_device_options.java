// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_device_options {
 *     int64_t struct_size;
 *     int32_t kind;
 *     int32_t isa;
 *     int32_t threads;
 *     int32_t spin_microseconds;
 *     int64_t memory_budget_bytes;
 *     const char* library;
 *     int32_t ordinal;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_device_options {
  gatun_device_options() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt kind$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt isa$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt threads$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt spin_microseconds$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong memory_budget_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final AddressLayout library$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfInt ordinal$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      kind$LAYOUT.withName("kind"),
      isa$LAYOUT.withName("isa"),
      threads$LAYOUT.withName("threads"),
      spin_microseconds$LAYOUT.withName("spin_microseconds"),
      memory_budget_bytes$LAYOUT.withName("memory_budget_bytes"),
      library$LAYOUT.withName("library"),
      ordinal$LAYOUT.withName("ordinal"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_device_options");

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

  // int32_t threads

  public static final ValueLayout.OfInt threads$layout() {
    return threads$LAYOUT;
  }

  private static final long threads$OFFSET = 16;

  public static final long threads$offset() {
    return threads$OFFSET;
  }

  public static int threads(MemorySegment struct) {
    return struct.get(threads$LAYOUT, threads$OFFSET);
  }

  public static void threads(MemorySegment struct, int fieldValue) {
    struct.set(threads$LAYOUT, threads$OFFSET, fieldValue);
  }

  // int32_t spin_microseconds

  public static final ValueLayout.OfInt spin_microseconds$layout() {
    return spin_microseconds$LAYOUT;
  }

  private static final long spin_microseconds$OFFSET = 20;

  public static final long spin_microseconds$offset() {
    return spin_microseconds$OFFSET;
  }

  public static int spin_microseconds(MemorySegment struct) {
    return struct.get(spin_microseconds$LAYOUT, spin_microseconds$OFFSET);
  }

  public static void spin_microseconds(MemorySegment struct, int fieldValue) {
    struct.set(spin_microseconds$LAYOUT, spin_microseconds$OFFSET, fieldValue);
  }

  // int64_t memory_budget_bytes

  public static final ValueLayout.OfLong memory_budget_bytes$layout() {
    return memory_budget_bytes$LAYOUT;
  }

  private static final long memory_budget_bytes$OFFSET = 24;

  public static final long memory_budget_bytes$offset() {
    return memory_budget_bytes$OFFSET;
  }

  public static long memory_budget_bytes(MemorySegment struct) {
    return struct.get(memory_budget_bytes$LAYOUT, memory_budget_bytes$OFFSET);
  }

  public static void memory_budget_bytes(MemorySegment struct, long fieldValue) {
    struct.set(memory_budget_bytes$LAYOUT, memory_budget_bytes$OFFSET, fieldValue);
  }

  // const char* library

  public static final AddressLayout library$layout() {
    return library$LAYOUT;
  }

  private static final long library$OFFSET = 32;

  public static final long library$offset() {
    return library$OFFSET;
  }

  public static MemorySegment library(MemorySegment struct) {
    return struct.get(library$LAYOUT, library$OFFSET);
  }

  public static void library(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(library$LAYOUT, library$OFFSET, fieldValue);
  }

  // int32_t ordinal

  public static final ValueLayout.OfInt ordinal$layout() {
    return ordinal$LAYOUT;
  }

  private static final long ordinal$OFFSET = 40;

  public static final long ordinal$offset() {
    return ordinal$OFFSET;
  }

  public static int ordinal(MemorySegment struct) {
    return struct.get(ordinal$LAYOUT, ordinal$OFFSET);
  }

  public static void ordinal(MemorySegment struct, int fieldValue) {
    struct.set(ordinal$LAYOUT, ordinal$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 44;

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
