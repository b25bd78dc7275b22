// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_backend_info;
import dev.gatun.bindings.generated.gatun_gpu_info;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What this machine has to compute with.
 *
 * @param cpu what a CPU device is by default
 * @param gpus those that the driver finds, the ones that cannot be used included
 * @param gpuReason why no GPU can be used, in one line; empty where the backend is available
 * @param gpuLibrary the library of kernels that was opened or looked for
 */
public record Devices(DeviceInfo cpu, List<Gpu> gpus, String gpuReason, String gpuLibrary) {
  /**
   * A GPU.
   *
   * @param ordinal its number, for {@link GpuOptions}
   * @param name the card's own
   * @param capability compute capability, 80 for 8.0
   * @param memoryBytes of the card
   * @param freeBytes now
   * @param reason why it cannot be used; empty where it can
   */
  public record Gpu(
      int ordinal, String name, int capability, long memoryBytes, long freeBytes, String reason) {}

  /** Copies the list. */
  public Devices {
    gpus = List.copyOf(gpus);
  }

  /** Looks for GPUs where {@link GpuOptions#defaults()} does. */
  public static Devices find() {
    return find(GpuOptions.defaults());
  }

  /** Looks for GPUs where {@code options} say; their ordinal is not used. */
  public static Devices find(GpuOptions options) {
    try (Device device = Device.cpu();
        Arena arena = Arena.ofConfined()) {
      MemorySegment library = options.nativeLibrary(arena);
      MemorySegment info = gatun_backend_info.allocate(arena);
      gatun_backend_info.struct_size(info, gatun_backend_info.sizeof());
      gatun_backend_info.library(info, library);
      NativeCalls.run(GatunLibrary::gatun_backend_query, MemorySegment.NULL, info);
      List<Gpu> gpus = new ArrayList<>();
      if (gatun_backend_info.status(info) == GatunLibrary.GATUN_STATUS_OK()) {
        for (int i = 0; i < gatun_backend_info.device_count(info); i++) {
          gpus.add(gpu(i, library, arena));
        }
      }
      return new Devices(
          device.info(),
          gpus,
          gatun_backend_info.reason(info).getString(0),
          gatun_backend_info.path(info).getString(0));
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
  }

  private static Gpu gpu(int ordinal, MemorySegment library, Arena arena) {
    MemorySegment info = gatun_gpu_info.allocate(arena);
    gatun_gpu_info.struct_size(info, gatun_gpu_info.sizeof());
    gatun_gpu_info.library(info, library);
    gatun_gpu_info.ordinal(info, ordinal);
    NativeCalls.run(GatunLibrary::gatun_gpu_query, MemorySegment.NULL, info);
    return new Gpu(
        ordinal,
        gatun_gpu_info.name(info).getString(0),
        gatun_gpu_info.capability(info),
        gatun_gpu_info.memory_bytes(info),
        gatun_gpu_info.free_bytes(info),
        gatun_gpu_info.reason(info).getString(0));
  }
}
