// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_backend_info;
import dev.gatun.bindings.generated.gatun_device_options;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CudaLibraryTest {
  private static final String RESOURCE =
      "META-INF/native/" + NativeLibrary.platform() + "/libgatun_cuda.so";

  @TempDir Path folder;

  /** A jar as {@code ci/cuda.sh jar} packs it. */
  private URLClassLoader jarOf(Path library) throws IOException {
    Path jar = folder.resolve("gatun-natives-linux-x86_64-cuda.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(RESOURCE));
      Files.copy(library, out);
      out.closeEntry();
    }
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }

  private static MemorySegment query(NativeFixture fixture, String path) {
    MemorySegment info = fixture.struct(gatun_backend_info.layout());
    gatun_backend_info.library(info, fixture.arena.allocateFrom(path));
    fixture.run(GatunLibrary::gatun_backend_query, MemorySegment.NULL, info);
    return info;
  }

  /** The emulated device's library has the same table, and needs no driver. */
  @Test
  void theJarsLibraryIsOpenedAndItsCopyDeleted() throws IOException {
    Path emulated =
        Path.of(System.getProperty(NativeLibrary.PATH_PROPERTY))
            .resolve("libgatun_cuda_emulated.so");
    assumeTrue(Files.isRegularFile(emulated), () -> "run ci/cuda.sh emulate: no " + emulated);
    try (URLClassLoader loader = jarOf(emulated);
        NativeFixture fixture = new NativeFixture()) {
      String path = CudaLibrary.open(loader);
      assertNotNull(path);
      assertFalse(Files.exists(Path.of(path)));
      assertFalse(Files.exists(Path.of(path).getParent()));
      MemorySegment info = query(fixture, path);
      assertEquals("", gatun_backend_info.reason(info).getString(0));
      assertEquals(1, gatun_backend_info.device_count(info));
      MemorySegment options = fixture.struct(gatun_device_options.layout());
      gatun_device_options.kind(options, GatunLibrary.GATUN_DEVICE_CUDA());
      gatun_device_options.library(options, fixture.arena.allocateFrom(path));
      MemorySegment device = NativeCalls.create(GatunLibrary::gatun_device_open, options);
      fixture.run(GatunLibrary::gatun_device_close, device, MemorySegment.NULL);
    }
  }

  @Test
  void aFileThatIsNoLibraryIsReportedWhereItIsUsed() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "not a library");
    try (URLClassLoader loader = jarOf(text);
        NativeFixture fixture = new NativeFixture()) {
      String path = CudaLibrary.open(loader);
      String reason = gatun_backend_info.reason(query(fixture, path)).getString(0);
      assertTrue(reason.contains("cannot be opened"), reason);
    }
  }

  @Test
  void withoutTheJarNativeCodeLooksByItself() throws IOException {
    try (URLClassLoader loader = new URLClassLoader(new URL[0], null)) {
      assertNull(CudaLibrary.open(loader));
    }
  }
}
