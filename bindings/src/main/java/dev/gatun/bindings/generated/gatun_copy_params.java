// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_copy_params {
 *     int64_t struct_size;
 *     void* target;
 *     const void* source;
 *     int64_t byte_length;
 *     int32_t kind;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_copy_params {
  gatun_copy_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final AddressLayout target$LAYOUT = GatunLibrary.C_POINTER;
  private static final AddressLayout source$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong byte_length$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt kind$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      target$LAYOUT.withName("target"),
      source$LAYOUT.withName("source"),
      byte_length$LAYOUT.withName("byte_length"),
      kind$LAYOUT.withName("kind"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_copy_params");

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

  // void* target

  public static final AddressLayout target$layout() {
    return target$LAYOUT;
  }

  private static final long target$OFFSET = 8;

  public static final long target$offset() {
    return target$OFFSET;
  }

  public static MemorySegment target(MemorySegment struct) {
    return struct.get(target$LAYOUT, target$OFFSET);
  }

  public static void target(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(target$LAYOUT, target$OFFSET, fieldValue);
  }

  // const void* source

  public static final AddressLayout source$layout() {
    return source$LAYOUT;
  }

  private static final long source$OFFSET = 16;

  public static final long source$offset() {
    return source$OFFSET;
  }

  public static MemorySegment source(MemorySegment struct) {
    return struct.get(source$LAYOUT, source$OFFSET);
  }

  public static void source(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(source$LAYOUT, source$OFFSET, fieldValue);
  }

  // int64_t byte_length

  public static final ValueLayout.OfLong byte_length$layout() {
    return byte_length$LAYOUT;
  }

  private static final long byte_length$OFFSET = 24;

  public static final long byte_length$offset() {
    return byte_length$OFFSET;
  }

  public static long byte_length(MemorySegment struct) {
    return struct.get(byte_length$LAYOUT, byte_length$OFFSET);
  }

  public static void byte_length(MemorySegment struct, long fieldValue) {
    struct.set(byte_length$LAYOUT, byte_length$OFFSET, fieldValue);
  }

  // int32_t kind

  public static final ValueLayout.OfInt kind$layout() {
    return kind$LAYOUT;
  }

  private static final long kind$OFFSET = 32;

  public static final long kind$offset() {
    return kind$OFFSET;
  }

  public static int kind(MemorySegment struct) {
    return struct.get(kind$LAYOUT, kind$OFFSET);
  }

  public static void kind(MemorySegment struct, int fieldValue) {
    struct.set(kind$LAYOUT, kind$OFFSET, fieldValue);
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
