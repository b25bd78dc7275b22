// SPDX-License-Identifier: Apache-2.0
// Generated from native/include by ci/bindings; do not edit.
package dev.gatun.bindings.generated;

import java.lang.foreign.*;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@snippet lang=c :
 * struct gatun_sample_row {
 *     double frequency;
 *     double presence;
 *     double top_p;
 *     double min_p;
 *     int64_t seed;
 *     int64_t position;
 *     float repetition;
 *     float temperature;
 *     int32_t top_k;
 *     int32_t sample;
 *     int32_t first;
 *     int32_t answer;
 *     int32_t last;
 *     int32_t reserved;
 * }
 * }
 */
@SuppressWarnings("doclint:missing")
public class gatun_sample_row {
  gatun_sample_row() {}

  private static final ValueLayout.OfDouble frequency$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble presence$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble top_p$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfDouble min_p$LAYOUT = GatunLibrary.C_DOUBLE;
  private static final ValueLayout.OfLong seed$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfLong position$LAYOUT = GatunLibrary.C_LONG;
  private static final ValueLayout.OfFloat repetition$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfFloat temperature$LAYOUT = GatunLibrary.C_FLOAT;
  private static final ValueLayout.OfInt top_k$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt sample$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt first$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt answer$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt last$LAYOUT = GatunLibrary.C_INT;
  private static final ValueLayout.OfInt reserved$LAYOUT = GatunLibrary.C_INT;

  private static final GroupLayout $LAYOUT = MemoryLayout.structLayout(
      frequency$LAYOUT.withName("frequency"),
      presence$LAYOUT.withName("presence"),
      top_p$LAYOUT.withName("top_p"),
      min_p$LAYOUT.withName("min_p"),
      seed$LAYOUT.withName("seed"),
      position$LAYOUT.withName("position"),
      repetition$LAYOUT.withName("repetition"),
      temperature$LAYOUT.withName("temperature"),
      top_k$LAYOUT.withName("top_k"),
      sample$LAYOUT.withName("sample"),
      first$LAYOUT.withName("first"),
      answer$LAYOUT.withName("answer"),
      last$LAYOUT.withName("last"),
      reserved$LAYOUT.withName("reserved")
  ).withName("gatun_sample_row");

  public static final GroupLayout layout() {
    return $LAYOUT;
  }

  // double frequency

  public static final ValueLayout.OfDouble frequency$layout() {
    return frequency$LAYOUT;
  }

  private static final long frequency$OFFSET = 0;

  public static final long frequency$offset() {
    return frequency$OFFSET;
  }

  public static double frequency(MemorySegment struct) {
    return struct.get(frequency$LAYOUT, frequency$OFFSET);
  }

  public static void frequency(MemorySegment struct, double fieldValue) {
    struct.set(frequency$LAYOUT, frequency$OFFSET, fieldValue);
  }

  // double presence

  public static final ValueLayout.OfDouble presence$layout() {
    return presence$LAYOUT;
  }

  private static final long presence$OFFSET = 8;

  public static final long presence$offset() {
    return presence$OFFSET;
  }

  public static double presence(MemorySegment struct) {
    return struct.get(presence$LAYOUT, presence$OFFSET);
  }

  public static void presence(MemorySegment struct, double fieldValue) {
    struct.set(presence$LAYOUT, presence$OFFSET, fieldValue);
  }

  // double top_p

  public static final ValueLayout.OfDouble top_p$layout() {
    return top_p$LAYOUT;
  }

  private static final long top_p$OFFSET = 16;

  public static final long top_p$offset() {
    return top_p$OFFSET;
  }

  public static double top_p(MemorySegment struct) {
    return struct.get(top_p$LAYOUT, top_p$OFFSET);
  }

  public static void top_p(MemorySegment struct, double fieldValue) {
    struct.set(top_p$LAYOUT, top_p$OFFSET, fieldValue);
  }

  // double min_p

  public static final ValueLayout.OfDouble min_p$layout() {
    return min_p$LAYOUT;
  }

  private static final long min_p$OFFSET = 24;

  public static final long min_p$offset() {
    return min_p$OFFSET;
  }

  public static double min_p(MemorySegment struct) {
    return struct.get(min_p$LAYOUT, min_p$OFFSET);
  }

  public static void min_p(MemorySegment struct, double fieldValue) {
    struct.set(min_p$LAYOUT, min_p$OFFSET, fieldValue);
  }

  // int64_t seed

  public static final ValueLayout.OfLong seed$layout() {
    return seed$LAYOUT;
  }

  private static final long seed$OFFSET = 32;

  public static final long seed$offset() {
    return seed$OFFSET;
  }

  public static long seed(MemorySegment struct) {
    return struct.get(seed$LAYOUT, seed$OFFSET);
  }

  public static void seed(MemorySegment struct, long fieldValue) {
    struct.set(seed$LAYOUT, seed$OFFSET, fieldValue);
  }

  // int64_t position

  public static final ValueLayout.OfLong position$layout() {
    return position$LAYOUT;
  }

  private static final long position$OFFSET = 40;

  public static final long position$offset() {
    return position$OFFSET;
  }

  public static long position(MemorySegment struct) {
    return struct.get(position$LAYOUT, position$OFFSET);
  }

  public static void position(MemorySegment struct, long fieldValue) {
    struct.set(position$LAYOUT, position$OFFSET, fieldValue);
  }

  // float repetition

  public static final ValueLayout.OfFloat repetition$layout() {
    return repetition$LAYOUT;
  }

  private static final long repetition$OFFSET = 48;

  public static final long repetition$offset() {
    return repetition$OFFSET;
  }

  public static float repetition(MemorySegment struct) {
    return struct.get(repetition$LAYOUT, repetition$OFFSET);
  }

  public static void repetition(MemorySegment struct, float fieldValue) {
    struct.set(repetition$LAYOUT, repetition$OFFSET, fieldValue);
  }

  // float temperature

  public static final ValueLayout.OfFloat temperature$layout() {
    return temperature$LAYOUT;
  }

  private static final long temperature$OFFSET = 52;

  public static final long temperature$offset() {
    return temperature$OFFSET;
  }

  public static float temperature(MemorySegment struct) {
    return struct.get(temperature$LAYOUT, temperature$OFFSET);
  }

  public static void temperature(MemorySegment struct, float fieldValue) {
    struct.set(temperature$LAYOUT, temperature$OFFSET, fieldValue);
  }

  // int32_t top_k

  public static final ValueLayout.OfInt top_k$layout() {
    return top_k$LAYOUT;
  }

  private static final long top_k$OFFSET = 56;

  public static final long top_k$offset() {
    return top_k$OFFSET;
  }

  public static int top_k(MemorySegment struct) {
    return struct.get(top_k$LAYOUT, top_k$OFFSET);
  }

  public static void top_k(MemorySegment struct, int fieldValue) {
    struct.set(top_k$LAYOUT, top_k$OFFSET, fieldValue);
  }

  // int32_t sample

  public static final ValueLayout.OfInt sample$layout() {
    return sample$LAYOUT;
  }

  private static final long sample$OFFSET = 60;

  public static final long sample$offset() {
    return sample$OFFSET;
  }

  public static int sample(MemorySegment struct) {
    return struct.get(sample$LAYOUT, sample$OFFSET);
  }

  public static void sample(MemorySegment struct, int fieldValue) {
    struct.set(sample$LAYOUT, sample$OFFSET, fieldValue);
  }

  // int32_t first

  public static final ValueLayout.OfInt first$layout() {
    return first$LAYOUT;
  }

  private static final long first$OFFSET = 64;

  public static final long first$offset() {
    return first$OFFSET;
  }

  public static int first(MemorySegment struct) {
    return struct.get(first$LAYOUT, first$OFFSET);
  }

  public static void first(MemorySegment struct, int fieldValue) {
    struct.set(first$LAYOUT, first$OFFSET, fieldValue);
  }

  // int32_t answer

  public static final ValueLayout.OfInt answer$layout() {
    return answer$LAYOUT;
  }

  private static final long answer$OFFSET = 68;

  public static final long answer$offset() {
    return answer$OFFSET;
  }

  public static int answer(MemorySegment struct) {
    return struct.get(answer$LAYOUT, answer$OFFSET);
  }

  public static void answer(MemorySegment struct, int fieldValue) {
    struct.set(answer$LAYOUT, answer$OFFSET, fieldValue);
  }

  // int32_t last

  public static final ValueLayout.OfInt last$layout() {
    return last$LAYOUT;
  }

  private static final long last$OFFSET = 72;

  public static final long last$offset() {
    return last$OFFSET;
  }

  public static int last(MemorySegment struct) {
    return struct.get(last$LAYOUT, last$OFFSET);
  }

  public static void last(MemorySegment struct, int fieldValue) {
    struct.set(last$LAYOUT, last$OFFSET, fieldValue);
  }

  // int32_t reserved

  public static final ValueLayout.OfInt reserved$layout() {
    return reserved$LAYOUT;
  }

  private static final long reserved$OFFSET = 76;

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
