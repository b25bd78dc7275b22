// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_gpu_info {
 *     int64_t struct_size;
 *     const char* library;
 *     int32_t ordinal;
 *     int32_t status;
 *     int32_t capability;
 *     int32_t multiprocessors;
 *     int64_t memory_bytes;
 *     int64_t free_bytes;
 *     char name[256];
 *     char reason[768];
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_gpu_info {
  gatun_gpu_info() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final AddressLayout library$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfInt ordinal$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt status$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt capability$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt multiprocessors$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfLong memory_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong free_bytes$LAYOUT = GatunLibrary.C_LONG;
  private static final SequenceLayout name$LAYOUT = MemoryLayout.sequenceLayout(256, GatunLibrary.C_CHAR);
  private static final SequenceLayout reason$LAYOUT = MemoryLayout.sequenceLayout(768, GatunLibrary.C_CHAR);

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      library$LAYOUT.withName("library"),
      ordinal$LAYOUT.withName("ordinal"),
      status$LAYOUT.withName("status"),
      capability$LAYOUT.withName("capability"),
      multiprocessors$LAYOUT.withName("multiprocessors"),
      memory_bytes$LAYOUT.withName("memory_bytes"),
      free_bytes$LAYOUT.withName("free_bytes"),
      name$LAYOUT.withName("name"),
      reason$LAYOUT.withName("reason")
  ).withName("gatun_gpu_info");

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

  // const char* library

  public static final AddressLayout library$layout() {
    return library$LAYOUT;
  }

  private static final long library$OFFSET = 8;

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

  private static final long ordinal$OFFSET = 16;

  public static final long ordinal$offset() {
    return ordinal$OFFSET;
  }

  public static int ordinal(MemorySegment struct) {
    return struct.get(ordinal$LAYOUT, ordinal$OFFSET);
  }

  public static void ordinal(MemorySegment struct, int fieldValue) {
    struct.set(ordinal$LAYOUT, ordinal$OFFSET, fieldValue);
  }

  // int32_t status

  public static final ValueLayout.OfInt status$layout() {
    return status$LAYOUT;
  }

  private static final long status$OFFSET = 20;

  public static final long status$offset() {
    return status$OFFSET;
  }

  public static int status(MemorySegment struct) {
    return struct.get(status$LAYOUT, status$OFFSET);
  }

  public static void status(MemorySegment struct, int fieldValue) {
    struct.set(status$LAYOUT, status$OFFSET, fieldValue);
  }

  // int32_t capability

  public static final ValueLayout.OfInt capability$layout() {
    return capability$LAYOUT;
  }

  private static final long capability$OFFSET = 24;

  public static final long capability$offset() {
    return capability$OFFSET;
  }

  public static int capability(MemorySegment struct) {
    return struct.get(capability$LAYOUT, capability$OFFSET);
  }

  public static void capability(MemorySegment struct, int fieldValue) {
    struct.set(capability$LAYOUT, capability$OFFSET, fieldValue);
  }

  // int32_t multiprocessors

  public static final ValueLayout.OfInt multiprocessors$layout() {
    return multiprocessors$LAYOUT;
  }

  private static final long multiprocessors$OFFSET = 28;

  public static final long multiprocessors$offset() {
    return multiprocessors$OFFSET;
  }

  public static int multiprocessors(MemorySegment struct) {
    return struct.get(multiprocessors$LAYOUT, multiprocessors$OFFSET);
  }

  public static void multiprocessors(MemorySegment struct, int fieldValue) {
    struct.set(multiprocessors$LAYOUT, multiprocessors$OFFSET, fieldValue);
  }

  // int64_t memory_bytes

  public static final ValueLayout.OfLong memory_bytes$layout() {
    return memory_bytes$LAYOUT;
  }

  private static final long memory_bytes$OFFSET = 32;

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

  private static final long free_bytes$OFFSET = 40;

  public static final long free_bytes$offset() {
    return free_bytes$OFFSET;
  }

  public static long free_bytes(MemorySegment struct) {
    return struct.get(free_bytes$LAYOUT, free_bytes$OFFSET);
  }

  public static void free_bytes(MemorySegment struct, long fieldValue) {
    struct.set(free_bytes$LAYOUT, free_bytes$OFFSET, fieldValue);
  }

  // char name[256]

  public static final SequenceLayout name$layout() {
    return name$LAYOUT;
  }

  private static final long name$OFFSET = 48;

  public static final long name$offset() {
    return name$OFFSET;
  }

  public static MemorySegment name(MemorySegment struct) {
    return struct.asSlice(name$OFFSET, name$LAYOUT.byteSize());
  }

  public static void name(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, name$OFFSET, name$LAYOUT.byteSize());
  }

  private static final long[] name$DIMS = {256};

  public static long[] name$dimensions() {
    return name$DIMS.clone();
  }

  public static byte name(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, name$OFFSET + Objects.checkIndex(index0, 256L) * 1);
  }

  public static void name(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, name$OFFSET + Objects.checkIndex(index0, 256L) * 1, fieldValue);
  }

  // char reason[768]

  public static final SequenceLayout reason$layout() {
    return reason$LAYOUT;
  }

  private static final long reason$OFFSET = 304;

  public static final long reason$offset() {
    return reason$OFFSET;
  }

  public static MemorySegment reason(MemorySegment struct) {
    return struct.asSlice(reason$OFFSET, reason$LAYOUT.byteSize());
  }

  public static void reason(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, reason$OFFSET, reason$LAYOUT.byteSize());
  }

  private static final long[] reason$DIMS = {768};

  public static long[] reason$dimensions() {
    return reason$DIMS.clone();
  }

  public static byte reason(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, reason$OFFSET + Objects.checkIndex(index0, 768L) * 1);
  }

  public static void reason(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, reason$OFFSET + Objects.checkIndex(index0, 768L) * 1, fieldValue);
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
