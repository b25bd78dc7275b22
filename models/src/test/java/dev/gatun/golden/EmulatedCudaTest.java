// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.ops.Norms;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceFaultException;
import dev.gatun.tensor.DeviceInfo;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.DeviceTooOldException;
import dev.gatun.tensor.DeviceUnavailableException;
import dev.gatun.tensor.DriverTooOldException;
import dev.gatun.tensor.GpuOptions;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a GPU from Java to the kernels, and what goes wrong on it. */
class EmulatedCudaTest {
  @BeforeEach
  void reset() {
    assumeTrue(
        EmulatedCuda.isBuilt(), () -> "run ci/cuda.sh emulate: no " + EmulatedCuda.library());
    EmulatedCuda.inject(Injection.RESET, 0);
  }

  @AfterEach
  void clear() {
    if (EmulatedCuda.isBuilt()) {
      EmulatedCuda.inject(Injection.RESET, 0);
    }
  }

  private static float[] rmsNorm(Context context, float... values) {
    Device device = context.device();
    try (Arena arena = Arena.ofConfined()) {
      Tensor weight = device.allocate(arena, DType.F32, values.length);
      weight.copyFrom(values);
      Tensor x = context.allocate(DType.F32, 1, values.length);
      x.copyFrom(values);
      return Norms.rmsNorm(context, x, weight, 1e-6f, 0, null).toFloatArray();
    }
  }

  @Test
  void rmsNormIsTheCpusAndReplaysFromAGraph() {
    float[] values = {1, -2, 3, 0.5f};
    float[] expected;
    try (Device cpu = Device.cpu(DeviceOptions.defaults().withThreads(1));
        Context context = new Context(cpu)) {
      expected = rmsNorm(context, values);
    }
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device);
        Arena arena = Arena.ofConfined()) {
      assertArrayEquals(expected, rmsNorm(context, values), 1e-6f);
      assertEquals(0, device.info().regions()); // no kernel of the CPU had a part in it
      assertEquals(1, device.info().launches());
      Tensor weight = device.allocate(arena, DType.F32, 4);
      weight.copyFrom(values);
      Tensor x = context.allocate(DType.F32, 1, 4);
      context.beginGraph();
      Tensor y = Norms.rmsNorm(context, x, weight, 1e-6f, 0, null);
      try (Context.Graph graph = context.endGraph()) {
        x.copyFrom(values);
        graph.replay();
        assertArrayEquals(expected, y.toFloatArray(), 1e-6f);
      }
    }
  }

  @Test
  void aTensorOnAnotherDeviceIsRefused() {
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device);
        Arena arena = Arena.ofConfined()) {
      Tensor weight = Tensor.of(arena.allocate(16, 64), DType.F32, 4);
      Tensor x = context.allocate(DType.F32, 1, 4);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Norms.rmsNorm(context, x, weight, 1e-6f, 0, null))
              .getMessage();
      assertEquals(
          "rms_norm: weight is on device 0 (the CPU), expected the stream's device 1, "
              + "Emulated GPU (GPU 0)",
          message);
    }
  }

  private static String failure(Class<? extends RuntimeException> type, GpuOptions options) {
    return assertThrows(type, () -> Device.gpu(options).close()).getMessage();
  }

  @Test
  void whatIsMissingIsNamed() {
    EmulatedCuda.inject(Injection.DRIVER, 12020);
    String driver = failure(DriverTooOldException.class, EmulatedCuda.options());
    assertTrue(driver.contains("supports CUDA up to 12.2, expected 13.0"), driver);
    EmulatedCuda.inject(Injection.RESET, 0);
    EmulatedCuda.inject(Injection.CAPABILITY, 70);
    String old = failure(DeviceTooOldException.class, EmulatedCuda.options());
    assertTrue(old.contains("Emulated GPU (GPU 0) has compute capability 7.0"), old);
    EmulatedCuda.inject(Injection.RESET, 0);
    EmulatedCuda.inject(Injection.DEVICES, 0);
    String none = failure(DeviceUnavailableException.class, EmulatedCuda.options());
    assertTrue(none.contains("finds no GPU"), none);
    EmulatedCuda.inject(Injection.RESET, 0);
    String second =
        failure(DeviceUnavailableException.class, EmulatedCuda.options().withOrdinal(3));
    assertTrue(second.contains("there is no GPU 3, expected 0 to 0"), second);
    String missing =
        failure(
            DeviceUnavailableException.class,
            GpuOptions.defaults().withLibrary(Path.of("/nowhere/libgatun_cuda.so")));
    assertTrue(missing.contains("looked for /nowhere/libgatun_cuda.so"), missing);
  }

  @Test
  void memoryThatIsShortIsStatedInBytes() {
    try (Device device = EmulatedCuda.open();
        Arena arena = Arena.ofConfined()) {
      EmulatedCuda.inject(Injection.MEMORY, 1000);
      String message =
          assertThrows(
                  OutOfDeviceMemoryException.class,
                  () -> device.allocate(arena, DType.F32, 1 << 20))
              .getMessage();
      assertTrue(
          message.contains("needs 4194304 bytes, but Emulated GPU (GPU 0) has only 1000 free"),
          message);
    }
  }

  @Test
  void aFaultMakesTheDeviceUnusableAndNothingElse() {
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device)) {
      EmulatedCuda.inject(Injection.FAULT, 0);
      String fault =
          assertThrows(DeviceFaultException.class, () -> rmsNorm(context, 1, 2)).getMessage();
      assertTrue(fault.startsWith("rms_norm: rms_norm failed on Emulated GPU (GPU 0)"), fault);
      String later =
          assertThrows(DeviceFaultException.class, () -> rmsNorm(context, 1, 2)).getMessage();
      assertTrue(later.contains("is unusable since an earlier fault"), later);
    }
  }

  /**
   * An encoder, a decoder of block formats and an encoder-decoder, to the tolerances of their
   * cases. No kernel of the CPU has a part in it: the device would count a region.
   */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "gguf/llama-q4_0", "t5-sequence-classification"})
  void modelsRunOnTheDeviceAlone(String name) throws IOException {
    GoldenCase found =
        CaseFinder.find(Golden.defaultFolder()).stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow();
    try (Device device = EmulatedCuda.open()) {
      Report report = Golden.run(found, device);
      assertFalse(report.isFailed(), report::text);
      assertNull(report.skipReason());
      DeviceInfo info = device.info();
      assertEquals(0, info.regions());
      assertTrue(info.launches() > 10, info::toString);
    }
  }
}
