// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_copy_params;
import dev.gatun.bindings.generated.gatun_plan;
import dev.gatun.bindings.generated.gatun_softmax_params;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** stream.h: every function once right and once wrong. */
final class StreamTest {
  private final NativeFixture gatun = new NativeFixture();

  @AfterEach
  void close() {
    gatun.close();
  }

  private void begin() {
    gatun.run(GatunLibrary::gatun_graph_begin, gatun.stream, MemorySegment.NULL);
  }

  @Test
  void streamsSynchronizeAndRefuseNothing() {
    gatun.run(GatunLibrary::gatun_stream_synchronize, gatun.stream, MemorySegment.NULL);
    gatun.refuses(
        "stream_synchronize",
        GatunLibrary::gatun_stream_synchronize,
        MemorySegment.NULL,
        MemorySegment.NULL);
    gatun.refuses(
        "stream_create",
        GatunLibrary::gatun_stream_create,
        MemorySegment.NULL,
        gatun.arena.allocate(ValueLayout.ADDRESS));
    gatun.run(GatunLibrary::gatun_stream_destroy, MemorySegment.NULL, MemorySegment.NULL);
  }

  @Test
  void recordedCallsRunWhenReplayed() {
    MemorySegment y = gatun.floats(new float[] {9, 9}, 1, 2);
    MemorySegment params = gatun.struct(gatun_softmax_params.layout());
    gatun_softmax_params.x(params, gatun.floats(new float[] {0, 0}, 1, 2));
    gatun_softmax_params.y(params, y);

    begin();
    gatun.run(GatunLibrary::gatun_softmax_forward, gatun.stream, params);
    assertArrayEquals(new float[] {9, 9}, NativeFixture.floats(y), "recording does not execute");
    MemorySegment graph = NativeCalls.create(GatunLibrary::gatun_graph_end, gatun.stream);
    long before = NativeCalls.count();
    gatun.run(GatunLibrary::gatun_graph_replay, gatun.stream, graph);
    assertEquals(1, NativeCalls.count() - before);
    assertArrayEquals(new float[] {0.5f, 0.5f}, NativeFixture.floats(y));
    gatun.run(GatunLibrary::gatun_graph_destroy, graph, MemorySegment.NULL);
  }

  @Test
  void plannedCallsDoNotRun() {
    MemorySegment y = gatun.floats(new float[] {9, 9}, 1, 2);
    MemorySegment params = gatun.struct(gatun_softmax_params.layout());
    gatun_softmax_params.x(params, gatun.floats(new float[] {0, 0}, 1, 2));
    gatun_softmax_params.y(params, y);
    MemorySegment plan = gatun.struct(gatun_plan.layout());
    gatun.refuses("plan_end", GatunLibrary::gatun_plan_end, gatun.stream, plan);
    gatun.run(GatunLibrary::gatun_plan_begin, gatun.stream, MemorySegment.NULL);
    gatun.refuses("plan_begin", GatunLibrary::gatun_plan_begin, gatun.stream, MemorySegment.NULL);
    gatun.run(GatunLibrary::gatun_softmax_forward, gatun.stream, params);
    gatun.run(GatunLibrary::gatun_plan_end, gatun.stream, plan);
    assertArrayEquals(new float[] {9, 9}, NativeFixture.floats(y));
    gatun.run(GatunLibrary::gatun_plan_reserve, gatun.stream, plan);
    gatun_plan.scratch_bytes(plan, -1);
    gatun.refuses("plan_reserve", GatunLibrary::gatun_plan_reserve, gatun.stream, plan);
  }

  @Test
  void graphsRefuseWhatIsOutOfOrder() {
    MemorySegment out = gatun.arena.allocate(ValueLayout.ADDRESS);
    gatun.refuses("graph_end", GatunLibrary::gatun_graph_end, gatun.stream, out);
    begin();
    gatun.refuses("graph_begin", GatunLibrary::gatun_graph_begin, gatun.stream, MemorySegment.NULL);
    gatun.refuses(
        "graph_replay", GatunLibrary::gatun_graph_replay, gatun.stream, MemorySegment.NULL);
    gatun.run(GatunLibrary::gatun_graph_destroy, MemorySegment.NULL, MemorySegment.NULL);
  }

  @Test
  void copiesInOutAndClears() {
    MemorySegment from = gatun.arena.allocateFrom(ValueLayout.JAVA_INT, 1, 2, 3);
    MemorySegment to = gatun.arena.allocate(12, 64);
    MemorySegment copy = gatun.struct(gatun_copy_params.layout());
    gatun_copy_params.source(copy, from);
    gatun_copy_params.target(copy, to);
    gatun_copy_params.byte_length(copy, 12);
    gatun_copy_params.kind(copy, GatunLibrary.GATUN_COPY_OUT());
    gatun.run(GatunLibrary::gatun_copy, gatun.stream, copy);
    assertArrayEquals(new int[] {1, 2, 3}, to.toArray(ValueLayout.JAVA_INT));
    gatun_copy_params.kind(copy, GatunLibrary.GATUN_COPY_ZERO());
    gatun.run(GatunLibrary::gatun_copy, gatun.stream, copy);
    assertArrayEquals(new int[3], to.toArray(ValueLayout.JAVA_INT));
    gatun_copy_params.kind(copy, 7);
    gatun.refuses("copy", GatunLibrary::gatun_copy, gatun.stream, copy);
  }
}
