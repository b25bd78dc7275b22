// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_tensor {
 *     void* data;
 *     int64_t byte_length;
 *     gatun_dtype dtype;
 *     int32_t rank;
 *     int64_t shape[GATUN_MAX_RANK];
 *     int64_t stride[GATUN_MAX_RANK];
 *     int32_t device;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_tensor {
  gatun_tensor() {}

  private static final AddressLayout data$LAYOUT = GatunLibrary.C_POINTER;
  private static final ValueLayout.OfLong byte_length$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfInt dtype$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt rank$LAYOUT = GatunLibrary.C_INT;
  private static final SequenceLayout shape$LAYOUT = MemoryLayout.sequenceLayout(4, GatunLibrary.C_LONG);
  private static final SequenceLayout stride$LAYOUT = MemoryLayout.sequenceLayout(4, GatunLibrary.C_LONG);
  private static final ValueLayout.OfInt device$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      data$LAYOUT.withName("data"),
      byte_length$LAYOUT.withName("byte_length"),
      dtype$LAYOUT.withName("dtype"),
      rank$LAYOUT.withName("rank"),
      shape$LAYOUT.withName("shape"),
      stride$LAYOUT.withName("stride"),
      device$LAYOUT.withName("device"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_tensor");

  public static final GroupLayout layout() {
    return $LAYOUT;
  }

  // void* data

  public static final AddressLayout data$layout() {
    return data$LAYOUT;
  }

  private static final long data$OFFSET = 0;

  public static final long data$offset() {
    return data$OFFSET;
  }

  public static MemorySegment data(MemorySegment struct) {
    return struct.get(data$LAYOUT, data$OFFSET);
  }

  public static void data(MemorySegment struct, MemorySegment fieldValue) {
    struct.set(data$LAYOUT, data$OFFSET, fieldValue);
  }

  // int64_t byte_length

  public static final ValueLayout.OfLong byte_length$layout() {
    return byte_length$LAYOUT;
  }

  private static final long byte_length$OFFSET = 8;

  public static final long byte_length$offset() {
    return byte_length$OFFSET;
  }

  public static long byte_length(MemorySegment struct) {
    return struct.get(byte_length$LAYOUT, byte_length$OFFSET);
  }

  public static void byte_length(MemorySegment struct, long fieldValue) {
    struct.set(byte_length$LAYOUT, byte_length$OFFSET, fieldValue);
  }

  // gatun_dtype dtype

  public static final ValueLayout.OfInt dtype$layout() {
    return dtype$LAYOUT;
  }

  private static final long dtype$OFFSET = 16;

  public static final long dtype$offset() {
    return dtype$OFFSET;
  }

  public static int dtype(MemorySegment struct) {
    return struct.get(dtype$LAYOUT, dtype$OFFSET);
  }

  public static void dtype(MemorySegment struct, int fieldValue) {
    struct.set(dtype$LAYOUT, dtype$OFFSET, fieldValue);
  }

  // int32_t rank

  public static final ValueLayout.OfInt rank$layout() {
    return rank$LAYOUT;
  }

  private static final long rank$OFFSET = 20;

  public static final long rank$offset() {
    return rank$OFFSET;
  }

  public static int rank(MemorySegment struct) {
    return struct.get(rank$LAYOUT, rank$OFFSET);
  }

  public static void rank(MemorySegment struct, int fieldValue) {
    struct.set(rank$LAYOUT, rank$OFFSET, fieldValue);
  }

  // int64_t shape[GATUN_MAX_RANK]

  public static final SequenceLayout shape$layout() {
    return shape$LAYOUT;
  }

  private static final long shape$OFFSET = 24;

  public static final long shape$offset() {
    return shape$OFFSET;
  }

  public static MemorySegment shape(MemorySegment struct) {
    return struct.asSlice(shape$OFFSET, shape$LAYOUT.byteSize());
  }

  public static void shape(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, shape$OFFSET, shape$LAYOUT.byteSize());
  }

  private static final long[] shape$DIMS = {4};

  public static long[] shape$dimensions() {
    return shape$DIMS.clone();
  }

  public static long shape(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_LONG, shape$OFFSET + Objects.checkIndex(index0, 4L) * 8);
  }

  public static void shape(MemorySegment struct, long index0, long fieldValue) {
    struct.set(GatunLibrary.C_LONG, shape$OFFSET + Objects.checkIndex(index0, 4L) * 8, fieldValue);
  }

  // int64_t stride[GATUN_MAX_RANK]

  public static final SequenceLayout stride$layout() {
    return stride$LAYOUT;
  }

  private static final long stride$OFFSET = 56;

  public static final long stride$offset() {
    return stride$OFFSET;
  }

  public static MemorySegment stride(MemorySegment struct) {
    return struct.asSlice(stride$OFFSET, stride$LAYOUT.byteSize());
  }

  public static void stride(MemorySegment struct, MemorySegment fieldValue) {
    MemorySegment.copy(fieldValue, 0L, struct, stride$OFFSET, stride$LAYOUT.byteSize());
  }

  private static final long[] stride$DIMS = {4};

  public static long[] stride$dimensions() {
    return stride$DIMS.clone();
  }

  public static long stride(MemorySegment struct, long index0) {
    return struct.get(GatunLibrary.C_LONG, stride$OFFSET + Objects.checkIndex(index0, 4L) * 8);
  }

  public static void stride(MemorySegment struct, long index0, long fieldValue) {
    struct.set(GatunLibrary.C_LONG, stride$OFFSET + Objects.checkIndex(index0, 4L) * 8, fieldValue);
  }

  // int32_t device

  public static final ValueLayout.OfInt device$layout() {
    return device$LAYOUT;
  }

  private static final long device$OFFSET = 88;

  public static final long device$offset() {
    return device$OFFSET;
  }

  public static int device(MemorySegment struct) {
    return struct.get(device$LAYOUT, device$OFFSET);
  }

  public static void device(MemorySegment struct, int fieldValue) {
    struct.set(device$LAYOUT, device$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 92;

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
