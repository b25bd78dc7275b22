// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.CudaLibrary;
import dev.gatun.bindings.NativeLibraryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a GPU is opened.
 *
 * @param ordinal which one, as the driver counts them
 * @param memoryBudgetBytes most bytes of weights, caches and activations together; 0 is no limit
 * @param library the library of kernels; by default what the environment variable {@code
 *     GATUN_CUDA_LIBRARY} names, else {@code libgatun_cuda.so} beside the native library, else that
 *     of the jar {@code gatun-natives} of the classifier {@code linux-x86_64-cuda}
 */
public record GpuOptions(int ordinal, long memoryBudgetBytes, Optional<Path> library) {
  /** Checks the ranges. */
  public GpuOptions {
    if (ordinal < 0) {
      throw new IllegalArgumentException("device: ordinal is " + ordinal + ", expected 0 or more");
    }
    if (memoryBudgetBytes < 0) {
      throw new IllegalArgumentException(
          "device: memoryBudgetBytes is " + memoryBudgetBytes + ", expected at least 0");
    }
  }

  /** The first GPU, no budget. */
  public static GpuOptions defaults() {
    return new GpuOptions(0, 0, Optional.empty());
  }

  /** The same for another GPU. */
  public GpuOptions withOrdinal(int number) {
    return new GpuOptions(number, memoryBudgetBytes, library);
  }

  /** The same with another budget. */
  public GpuOptions withMemoryBudgetBytes(long bytes) {
    return new GpuOptions(ordinal, bytes, library);
  }

  /** The same with another library of kernels. */
  public GpuOptions withLibrary(Path file) {
    return new GpuOptions(ordinal, memoryBudgetBytes, Optional.of(file));
  }

  MemorySegment nativeLibrary(Arena arena) {
    try {
      String path =
          library.map(file -> file.toAbsolutePath().toString()).orElseGet(CudaLibrary::path);
      return path == null ? MemorySegment.NULL : arena.allocateFrom(path);
    } catch (NativeLibraryException e) {
      throw DeviceFailures.of(e);
    }
  }
}
