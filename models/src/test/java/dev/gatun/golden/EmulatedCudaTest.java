// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.ops.Attentions;
import dev.gatun.ops.Norms;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceFaultException;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.DeviceTooOldException;
import dev.gatun.tensor.DeviceUnavailableException;
import dev.gatun.tensor.DriverTooOldException;
import dev.gatun.tensor.GpuOptions;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a GPU from Java to the kernels, and what goes wrong on it. */
class EmulatedCudaTest {
  @BeforeEach
  void reset() {
    TestGpu.requireEmulated();
    EmulatedCuda.inject(Injection.RESET, 0);
  }

  @AfterEach
  void clear() {
    if (!TestGpu.isReal() && EmulatedCuda.isBuilt()) {
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
    assertTrue(
        driver.contains("driver of Emulated GPU supports CUDA up to 12.2, expected 13.0"), driver);
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

  private static final Path MODEL = Golden.defaultFolder().resolve("gguf/llama-q4_0/model.gguf");

  private static Model load(Device device) {
    try (ModelFiles files = ModelFiles.open(MODEL)) {
      return ModelLoader.load(files, LoadOptions.defaults().withDevice(device));
    }
  }

  private static String shortOfMemory(Executable action) {
    return assertThrows(OutOfDeviceMemoryException.class, action).getMessage();
  }

  @Test
  void memoryThatIsShortIsStatedInBytes() {
    try (Device device = EmulatedCuda.open();
        Arena arena = Arena.ofConfined()) {
      EmulatedCuda.inject(Injection.MEMORY, 1000);
      String message = shortOfMemory(() -> device.allocate(arena, DType.F32, 1 << 20));
      assertTrue(
          message.contains("needs 4194304 bytes, but Emulated GPU (GPU 0) has only 1000 free"),
          message);
      assertEquals(1000, device.info().freeBytes());
    }
  }

  @Test
  void aModelThatDoesNotFitSaysWhatLacksAndLeavesTheDeviceAsItWas() {
    try (Device device = EmulatedCuda.open()) {
      EmulatedCuda.inject(Injection.MEMORY, 8000);
      String weights = shortOfMemory(() -> load(device).close());
      assertTrue(
          weights.matches(
              "weight_create.*: needs \\d+ bytes, but Emulated GPU \\(GPU 0\\) has only \\d+ free.*"),
          weights);
      assertEquals(0, device.info().allocatedBytes());
      EmulatedCuda.inject(Injection.RESET, 0);
      try (CausalModel model = (CausalModel) load(device)) {
        EmulatedCuda.inject(Injection.MEMORY, 8000);
        String cache = shortOfMemory(() -> new Generator(model).close());
        assertTrue(cache.contains("Emulated GPU (GPU 0) has only 8000 free"), cache);
        EmulatedCuda.inject(Injection.RESET, 0);
        try (Context context = model.newContext()) {
          assertEquals(4, rmsNorm(context, 1, 2, 3, 4).length);
        }
      }
      assertEquals(0, device.info().allocatedBytes());
    }
  }

  @Test
  void aBudgetIsTheCards() {
    try (Device device = Device.gpu(EmulatedCuda.options().withMemoryBudgetBytes(5000));
        Arena arena = Arena.ofConfined()) {
      String message = shortOfMemory(() -> device.allocate(arena, DType.F32, 2000));
      assertTrue(message.contains("on Emulated GPU (GPU 0): needs 8000 bytes"), message);
      assertTrue(message.contains("budget of 5000 bytes"), message);
    }
  }

  @Test
  void aFaultMakesTheDeviceUnusableAndNothingElse() {
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device)) {
      assertFalse(device.info().isLost());
      EmulatedCuda.inject(Injection.FAULT, 0);
      String fault =
          assertThrows(DeviceFaultException.class, () -> rmsNorm(context, 1, 2)).getMessage();
      assertTrue(fault.startsWith("rms_norm: rms_norm failed on Emulated GPU (GPU 0)"), fault);
      String later =
          assertThrows(DeviceFaultException.class, () -> rmsNorm(context, 1, 2)).getMessage();
      assertTrue(later.contains("is unusable since an earlier fault"), later);
      assertTrue(device.info().isLost());
    }
    try (Device cpu = Device.cpu();
        Context context = new Context(cpu)) {
      assertEquals(2, rmsNorm(context, 1, 2).length);
    }
  }

  /** In the middle of an answer: the caller gets the fault, and everything can be closed. */
  @Test
  void aFaultEndsAnAnswer() {
    try (Device device = EmulatedCuda.open();
        CausalModel model = (CausalModel) load(device);
        Generator generator = new Generator(model)) {
      GenerationConfig config = GenerationConfig.greedy().toBuilder().maxNewTokens(4).build();
      EmulatedCuda.inject(Injection.FAULT, 60);
      String fault =
          assertThrows(
                  DeviceFaultException.class, () -> generator.generate(new int[] {1, 2}, config))
              .getMessage();
      assertTrue(fault.contains("on Emulated GPU (GPU 0)"), fault);
      assertTrue(device.info().isLost());
    }
  }

  /** Work was planned by the longest sequence that the caller knew of. */
  @Test
  void aSequenceThatIsLongerThanAnnouncedIsReported() {
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device)) {
      Tensor x = context.allocate(DType.F32, 5, 1, 8);
      x.clear();
      Tensor ends = context.indices(0, 2, 5);
      Attentions.Mask mask = new Attentions.Mask(0, 0, true, 0);
      Attentions.attention(context, x, x, x, ends, ends, 2, mask, null, 0, Arithmetic.F32, false);
      String message =
          assertThrows(IllegalArgumentException.class, context::synchronize).getMessage();
      assertEquals("attention: cu_seqlens_q[2] = 5, expected a value below 5", message);
      Attentions.attention(context, x, x, x, ends, ends, 3, mask, null, 0, Arithmetic.F32, false);
      context.synchronize();
    }
  }

  /** A step of single queries, and one in which another sequence has two. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void attentionOfOneQueryDependsOnTheOthersOnlyWhereItMay(boolean batchInvariant) {
    int keys = 1200; // more than one split of them
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device)) {
      Tensor k = normal(context, 2L * keys, 1);
      Tensor v = normal(context, 2L * keys, 2);
      Tensor q = normal(context, 3, 3);
      Tensor ofKeys = context.indices(0, keys, 2 * keys);
      float[][] results = new float[2][];
      for (int queries = 1; queries <= 2; queries++) {
        Tensor y =
            Attentions.attention(
                context,
                q.rows(0, 1 + queries),
                k,
                v,
                context.indices(0, 1, 1 + queries),
                ofKeys,
                2,
                new Attentions.Mask(0, 0, false, 0),
                null,
                0,
                Arithmetic.FAST,
                batchInvariant);
        results[queries - 1] = Arrays.copyOf(y.toFloatArray(), 16);
      }
      assertArrayEquals(results[0], results[1], 1e-3f);
      assertEquals(batchInvariant, Arrays.equals(results[0], results[1]));
    }
  }

  private static Tensor normal(Context context, long rows, int seed) {
    Random random = new Random(seed);
    Tensor x = context.allocate(DType.F32, rows, 1, 16);
    float[] values = new float[Math.toIntExact(16 * rows)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    x.copyFrom(values);
    return x;
  }

  @Test
  void aTensorOfAGpuIsRefusedOnTheCpu() {
    try (Device device = EmulatedCuda.open();
        Device cpu = Device.cpu();
        Context context = new Context(cpu);
        Arena arena = Arena.ofConfined()) {
      Tensor weight = device.allocate(arena, DType.F32, 4);
      Tensor x = context.allocate(DType.F32, 1, 4);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Norms.rmsNorm(context, x, weight, 1e-6f, 0, null))
              .getMessage();
      assertTrue(message.startsWith("rms_norm: weight is on device 1"), message);
    }
  }
}
