// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_backend_info;
import dev.gatun.bindings.generated.gatun_buffer;
import dev.gatun.bindings.generated.gatun_device_info;
import dev.gatun.bindings.generated.gatun_device_options;
import dev.gatun.bindings.generated.gatun_gpu_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** device.h: every function once right and once wrong. */
final class DeviceTest {
  private final NativeFixture gatun = new NativeFixture();

  @AfterEach
  void close() {
    gatun.close();
  }

  @Test
  void openRefusesWrongOptions() {
    MemorySegment options = gatun.options();
    gatun_device_options.struct_size(options, 3);
    MemorySegment out = gatun.arena.allocate(ValueLayout.ADDRESS);
    gatun.refuses("device_open", GatunLibrary::gatun_device_open, options, out);
    gatun.refuses(
        "device_open", GatunLibrary::gatun_device_open, gatun.options(), MemorySegment.NULL);
  }

  @Test
  void queryNamesTierAndThreads() {
    MemorySegment info = gatun.struct(gatun_device_info.layout());
    gatun.run(GatunLibrary::gatun_device_query, gatun.device, info);
    assertEquals(1, gatun_device_info.threads(info));
    int isa = gatun_device_info.isa(info);
    assertTrue(isa >= GatunLibrary.GATUN_ISA_GENERIC() && isa <= GatunLibrary.GATUN_ISA_AMX());
    assertTrue(isa <= gatun_device_info.machine_isa(info));
    assertFalse(gatun_device_info.name(info).getString(0).isBlank());
    assertFalse(gatun_device_info.isa_name(info).getString(0).isBlank());

    gatun.refuses(
        "device_query", GatunLibrary::gatun_device_query, gatun.device, MemorySegment.NULL);
    gatun.refuses("device_query", GatunLibrary::gatun_device_query, MemorySegment.NULL, info);
  }

  @Test
  void closeRefusesWhileAStreamIsOpen() {
    gatun.refuses(
        "device_close", GatunLibrary::gatun_device_close, gatun.device, MemorySegment.NULL);
    gatun.run(GatunLibrary::gatun_device_close, MemorySegment.NULL, MemorySegment.NULL);
  }

  @Test
  void buffersAreZeroedAlignedAndCounted() {
    MemorySegment buffer = buffer(1000);
    gatun.run(GatunLibrary::gatun_buffer_allocate, gatun.device, buffer);
    MemorySegment data = gatun_buffer.data(buffer);
    assertEquals(0, data.address() % 64);
    assertArrayEquals(new byte[1000], data.reinterpret(1000).toArray(ValueLayout.JAVA_BYTE));
    assertTrue(allocated() >= 1000);
    gatun.run(GatunLibrary::gatun_buffer_free, gatun.device, buffer);
    assertEquals(MemorySegment.NULL.address(), gatun_buffer.data(buffer).address());
    assertEquals(0, allocated());

    gatun.refuses("buffer_allocate", GatunLibrary::gatun_buffer_allocate, gatun.device, buffer(-1));
    gatun.refuses("buffer_free", GatunLibrary::gatun_buffer_free, gatun.device, MemorySegment.NULL);
  }

  @Test
  void memoryBeyondTheBudgetIsRefusedWithNumbers() {
    MemorySegment options = gatun.options();
    gatun_device_options.memory_budget_bytes(options, 1 << 20);
    MemorySegment small = NativeCalls.create(GatunLibrary::gatun_device_open, options);
    String message =
        assertThrows(
                NativeOutOfMemoryException.class,
                () -> gatun.run(GatunLibrary::gatun_buffer_allocate, small, buffer(5 << 20)))
            .getMessage();
    assertTrue(message.contains("budget"), message);
    gatun.run(GatunLibrary::gatun_device_close, small, MemorySegment.NULL);
  }

  @Test
  void aMissingBackendIsAnAnswerWithAReason() {
    MemorySegment info = gatun.struct(gatun_backend_info.layout());
    MemorySegment nowhere = gatun.arena.allocateFrom("/nowhere/libgatun_cuda.so");
    gatun_backend_info.library(info, nowhere);
    gatun.run(GatunLibrary::gatun_backend_query, MemorySegment.NULL, info);
    assertEquals(GatunLibrary.GATUN_STATUS_UNAVAILABLE(), gatun_backend_info.status(info));
    assertEquals("/nowhere/libgatun_cuda.so", gatun_backend_info.path(info).getString(0));
    String reason = gatun_backend_info.reason(info).getString(0);
    assertTrue(reason.contains("looked for /nowhere/libgatun_cuda.so"), reason);
    gatun.refuses(
        "backend_query", GatunLibrary::gatun_backend_query, MemorySegment.NULL, MemorySegment.NULL);

    MemorySegment gpu = gatun.struct(gatun_gpu_info.layout());
    gatun_gpu_info.library(gpu, nowhere);
    NativeException missing =
        assertThrows(
            NativeException.class,
            () -> gatun.run(GatunLibrary::gatun_gpu_query, MemorySegment.NULL, gpu));
    assertEquals(GatunLibrary.GATUN_STATUS_UNAVAILABLE(), missing.status());

    MemorySegment options = gatun.options();
    gatun_device_options.kind(options, GatunLibrary.GATUN_DEVICE_CUDA());
    gatun_device_options.library(options, nowhere);
    String failure =
        assertThrows(
                NativeException.class,
                () -> NativeCalls.create(GatunLibrary::gatun_device_open, options))
            .getMessage();
    assertEquals("device_open: " + reason, failure);
  }

  @Test
  void deviceMemoryDiesWithItsArena() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = NativeMemory.allocate(gatun.device, 4096, arena);
      assertEquals(4096, memory.byteSize());
      assertTrue(allocated() >= 4096);
    }
    assertEquals(0, allocated());
  }

  private MemorySegment buffer(long bytes) {
    MemorySegment buffer = gatun.struct(gatun_buffer.layout());
    gatun_buffer.byte_length(buffer, bytes);
    return buffer;
  }

  private long allocated() {
    MemorySegment info = gatun.struct(gatun_device_info.layout());
    gatun.run(GatunLibrary::gatun_device_query, gatun.device, info);
    return gatun_device_info.allocated_bytes(info);
  }
}
