// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_backend_info {
 *     int64_t struct_size;
 *     const char* library;
 *     int32_t status;
 *     int32_t device_count;
 *     int32_t toolkit;
 *     int32_t driver;
 *     char path[512];
 *     char reason[768];
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_backend_info {
  gatun_backend_info() {}

  private static final ValueLayout.OfLong struct_size$LAYOUT = GatunLibrary.C_LONG;
  private static final AddressLayout library$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfInt status$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt device_count$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt toolkit$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt driver$LAYOUT = GatunLibrary.C_INT;
  private static final SequenceLayout path$LAYOUT = MemoryLayout.sequenceLayout(512, GatunLibrary.C_CHAR);
  private static final SequenceLayout reason$LAYOUT = MemoryLayout.sequenceLayout(768, GatunLibrary.C_CHAR);

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      struct_size$LAYOUT.withName("struct_size"),
      library$LAYOUT.withName("library"),
      status$LAYOUT.withName("status"),
      device_count$LAYOUT.withName("device_count"),
      toolkit$LAYOUT.withName("toolkit"),
      driver$LAYOUT.withName("driver"),
      path$LAYOUT.withName("path"),
      reason$LAYOUT.withName("reason")
  ).withName("gatun_backend_info");

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

  // int32_t status

  public static final ValueLayout.OfInt status$layout() {
    return status$LAYOUT;
  }

  private static final long status$OFFSET = 16;

  public static final long status$offset() {
    return status$OFFSET;
  }

  public static int status(MemorySegment struct) {
    return struct.get(status$LAYOUT, status$OFFSET);
  }

  public static void status(MemorySegment struct, int fieldValue) {
    struct.set(status$LAYOUT, status$OFFSET, fieldValue);
  }

  // int32_t device_count

  public static final ValueLayout.OfInt device_count$layout() {
    return device_count$LAYOUT;
  }

  private static final long device_count$OFFSET = 20;

  public static final long device_count$offset() {
    return device_count$OFFSET;
  }

  public static int device_count(MemorySegment struct) {
    return struct.get(device_count$LAYOUT, device_count$OFFSET);
  }

  public static void device_count(MemorySegment struct, int fieldValue) {
    struct.set(device_count$LAYOUT, device_count$OFFSET, fieldValue);
  }

  // int32_t toolkit

  public static final ValueLayout.OfInt toolkit$layout() {
    return toolkit$LAYOUT;
  }

  private static final long toolkit$OFFSET = 24;

  public static final long toolkit$offset() {
    return toolkit$OFFSET;
  }

  public static int toolkit(MemorySegment struct) {
    return struct.get(toolkit$LAYOUT, toolkit$OFFSET);
  }

  public static void toolkit(MemorySegment struct, int fieldValue) {
    struct.set(toolkit$LAYOUT, toolkit$OFFSET, fieldValue);
  }

  // int32_t driver

  public static final ValueLayout.OfInt driver$layout() {
    return driver$LAYOUT;
  }

  private static final long driver$OFFSET = 28;

  public static final long driver$offset() {
    return driver$OFFSET;
  }

  public static int driver(MemorySegment struct) {
    return struct.get(driver$LAYOUT, driver$OFFSET);
  }

  public static void driver(MemorySegment struct, int fieldValue) {
    struct.set(driver$LAYOUT, driver$OFFSET, fieldValue);
  }

  // char path[512]

  public static final SequenceLayout path$layout() {
    return path$LAYOUT;
  }

  private static final long path$OFFSET = 32;

  public static final long path$offset() {
    return path$OFFSET;
  }

  public static MemorySegment path(MemorySegment struct) {
    return struct.asSlice(path$OFFSET, path$LAYOUT.byteSize());
  }

  public static void path(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, path$OFFSET, path$LAYOUT.byteSize());
  }

  private static final long[] path$DIMS = {512};

  public static long[] path$dimensions() {
    return path$DIMS.clone();
  }

  public static byte path(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_CHAR, path$OFFSET + Objects.checkIndex(index0, 512L) * 1);
  }

  public static void path(MemorySegment struct, long index0, byte fieldValue) {
    struct.set(GatunLibrary.C_CHAR, path$OFFSET + Objects.checkIndex(index0, 512L) * 1, fieldValue);
  }

  // char reason[768]

  public static final SequenceLayout reason$layout() {
    return reason$LAYOUT;
  }

  private static final long reason$OFFSET = 544;

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
