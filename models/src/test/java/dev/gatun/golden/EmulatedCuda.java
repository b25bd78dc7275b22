// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.tensor.Device;
import dev.gatun.tensor.GpuOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** A GPU that is emulated on the CPU: the CUDA kernels' own sources behind the table of a GPU. */
@SuppressWarnings("restricted") // a test's own library, which no binding describes
final class EmulatedCuda {
  /** What the emulated device is told to do; {@code simt::Injection} of its sources. */
  enum Injection {
    RESET,
    DRIVER,
    DEVICES,
    CAPABILITY,
    MEMORY,
    FAULT,
    LIBRARY
  }

  private EmulatedCuda() {}

  /** The library, which {@code ci/cuda.sh emulate} builds beside the native library. */
  static Path library() {
    Path libraries = Path.of(System.getProperty("gatun.library.path", "build/native/native"));
    Path folder = Files.isDirectory(libraries) ? libraries : libraries.getParent();
    return folder.resolve("libgatun_cuda_emulated.so");
  }

  static boolean isBuilt() {
    return Files.isRegularFile(library());
  }

  static GpuOptions options() {
    return GpuOptions.defaults().withLibrary(library());
  }

  static Device open() {
    return Device.gpu(options());
  }

  /** Has the device misbehave; the library is that of the devices of this process. */
  static void inject(Injection injection, long value) {
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(
                find("gatun_emulated_inject"),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    try {
      handle.invokeExact(injection.ordinal(), value);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** How often a kernel was launched in this process. */
  static long launches(String kernel) {
    MethodHandle handle =
        Linker.nativeLinker()
            .downcallHandle(
                find("gatun_emulated_launches"),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      return (long) handle.invokeExact(arena.allocateFrom(kernel));
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static MemorySegment find(String name) {
    return SymbolLookup.libraryLookup(library(), Arena.global()).find(name).orElseThrow();
  }
}
