// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_kv_copy_params {
 *     int64_t struct_size;
 *     gatun_kv_cache cache;
 *     gatun_tensor source;
 *     gatun_tensor destination;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_kv_copy_params {
  gatun_kv_copy_params() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final GroupLayout cache$LAYOUT = gatun_kv_cache.layout();
  private static final GroupLayout source$LAYOUT = gatun_tensor.layout();
  private static final GroupLayout destination$LAYOUT = gatun_tensor.layout();

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      cache$LAYOUT.withName("cache"),
      source$LAYOUT.withName("source"),
      destination$LAYOUT.withName("destination")
  ).withName("gatun_kv_copy_params");

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

  // gatun_kv_cache cache

  public static final GroupLayout cache$layout() {
    return cache$LAYOUT;
  }

  private static final long cache$OFFSET = 8;

  public static final long cache$offset() {
    return cache$OFFSET;
  }

  public static MemorySegment cache(MemorySegment struct) {
    return struct.asSlice(cache$OFFSET, cache$LAYOUT.byteSize());
  }

  public static void cache(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, cache$OFFSET, cache$LAYOUT.byteSize());
  }

  // gatun_tensor source

  public static final GroupLayout source$layout() {
    return source$LAYOUT;
  }

  private static final long source$OFFSET = 48;

  public static final long source$offset() {
    return source$OFFSET;
  }

  public static MemorySegment source(MemorySegment struct) {
    return struct.asSlice(source$OFFSET, source$LAYOUT.byteSize());
  }

  public static void source(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, source$OFFSET, source$LAYOUT.byteSize());
  }

  // gatun_tensor destination

  public static final GroupLayout destination$layout() {
    return destination$LAYOUT;
  }

  private static final long destination$OFFSET = 144;

  public static final long destination$offset() {
    return destination$OFFSET;
  }

  public static MemorySegment destination(MemorySegment struct) {
    return struct.asSlice(destination$OFFSET, destination$LAYOUT.byteSize());
  }

  public static void destination(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, destination$OFFSET, destination$LAYOUT.byteSize());
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
