// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_backend_info;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernels for GPUs in the jar {@code gatun-natives} of the classifier {@code
 * linux-x86_64-cuda}. Thread-safe.
 *
 * <p>As with {@link NativeLibrary} the copy is extracted to a private folder, opened, and deleted
 * at once. Native code keeps it open and knows it by its path from then on.
 */
public final class CudaLibrary {
  private static final String FILE = "libgatun_cuda.so";
  private static final String DRIVER = "libcuda.so.1";

  private CudaLibrary() {}

  /** What to name, or why that is not known. */
  private record Outcome(String path, NativeLibraryException failure) {
    static Outcome find() {
      try {
        return new Outcome(CudaLibrary.find(), null);
      } catch (NativeLibraryException e) {
        return new Outcome(null, e);
      }
    }
  }

  /** Initialised once, by the first caller, whatever the number of threads. */
  private static final class Found {
    static final Outcome OUTCOME = Outcome.find();
  }

  /**
   * What to name as the library of a device.
   *
   * @return the path under which the jar's library is open, or null where native code looks by
   *     itself: where there is no such jar or no driver, or another library is named or lies beside
   *     the native library
   * @throws NativeLibraryException if the native library cannot be loaded or the jar's not be
   *     extracted
   */
  public static String path() {
    if (Found.OUTCOME.failure() != null) {
      throw Found.OUTCOME.failure();
    }
    return Found.OUTCOME.path();
  }

  private static String find() {
    String named = System.getenv("GATUN_CUDA_LIBRARY");
    if (named != null && !named.isEmpty()) {
      return null;
    }
    Path beside = Path.of(NativeLibrary.origin()).resolveSibling(FILE);
    return Files.isRegularFile(beside) || !hasDriver()
        ? null
        : open(CudaLibrary.class.getClassLoader());
  }

  private static boolean hasDriver() {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(DRIVER, arena);
      return true;
    } catch (IllegalArgumentException e) {
      return false; // native code says so, with the loader's reason
    }
  }

  /** Opens the library that a class loader's jars hold: its path, or null if there is none. */
  static String open(ClassLoader loader) {
    String resource = "META-INF/native/" + NativeLibrary.platform() + "/" + FILE;
    try (InputStream in = loader.getResourceAsStream(resource)) {
      if (in == null) {
        return null;
      }
      Path folder = Files.createTempDirectory("gatun-"); // readable by the owner alone
      Path copy = folder.resolve(FILE);
      try {
        Files.copy(in, copy);
        query(copy.toString());
        return copy.toString();
      } finally {
        Files.deleteIfExists(copy);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw new NativeLibraryException(
          "the kernels for GPUs, resource " + resource + ", cannot be extracted: " + e, e);
    }
  }

  /** Has native code open it; what it finds wrong is said again where a device is opened. */
  private static void query(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = gatun_backend_info.allocate(arena);
      gatun_backend_info.struct_size(info, gatun_backend_info.sizeof());
      gatun_backend_info.library(info, arena.allocateFrom(path));
      NativeCalls.run(GatunLibrary::gatun_backend_query, MemorySegment.NULL, info);
    }
  }
}
