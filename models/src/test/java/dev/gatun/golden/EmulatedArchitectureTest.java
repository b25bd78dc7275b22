// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.io.ModelFiles;
import dev.gatun.models.GatunModels;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each compute capability takes the kernels that are written for it, and no others. */
class EmulatedArchitectureTest {
  private static final Path MODEL = Golden.defaultFolder().resolve("gguf/llama-f16/model.gguf");
  private static final int[][] SEQUENCES = {
    {5, 17, 3, 44, 8, 21, 9, 13, 2, 30, 7}, {11, 4, 19, 6, 40, 23, 1}
  };

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

  private record Answer(float[] logits, List<int[]> tokens) {}

  private static Answer ask(Device device, Arithmetic arithmetic) throws IOException {
    LoadOptions options = LoadOptions.defaults().withDevice(device).withArithmetic(arithmetic);
    try (ModelFiles files = ModelFiles.open(MODEL);
        CausalModel model = (CausalModel) ModelLoader.load(files, options)) {
      float[] logits;
      try (Context context = model.newContext()) {
        SequenceBatch batch = SequenceBatch.of(context, SEQUENCES);
        logits = model.logits(context, model.hidden(context, batch), null).toFloatArray();
      }
      try (Generator generator = new Generator(model)) {
        GenerationConfig config =
            GenerationConfig.greedy().toBuilder().maxNewTokens(3).eosTokens(List.of()).build();
        return new Answer(logits, generator.generateAll(List.of(SEQUENCES), config));
      }
    }
  }

  /** Queries, keys and values are rounded to 8 bits of mantissa, twice: in two layers. */
  private static void assertClose(float[] expected, float[] got) {
    float largest = 0;
    for (float logit : expected) {
      largest = Math.max(largest, Math.abs(logit));
    }
    assertArrayEquals(expected, got, 0.02f * largest);
  }

  /**
   * FAST, which takes tensor cores where the device has them. On 7.5 there are products of f16
   * only, so that a cache of bf16 is read in f32.
   */
  @ParameterizedTest
  @CsvSource({
    "75, attention_f16,       attention_f32,       dense_vector",
    "80, attention_bf16,      attention_bf16,      dense_half",
    "90, attention_bf16_sm90, attention_bf16_sm90, dense_half_sm90"
  })
  void aModelRunsOnItsKernels(int capability, String rows, String pages, String product)
      throws IOException {
    Answer expected;
    try (Device cpu = Device.cpu()) {
      expected = ask(cpu, Arithmetic.F32);
    }
    EmulatedCuda.inject(Injection.CAPABILITY, capability);
    try (Device device = EmulatedCuda.open()) {
      assertEquals(capability, device.info().capability());
      long ofRows = EmulatedCuda.launches(rows);
      long ofPages = EmulatedCuda.launches(pages);
      long ofProducts = EmulatedCuda.launches(product);
      Answer answer = ask(device, Arithmetic.FAST);
      assertClose(expected.logits(), answer.logits());
      for (int i = 0; i < SEQUENCES.length; i++) {
        assertArrayEquals(expected.tokens().get(i), answer.tokens().get(i));
      }
      assertTrue(EmulatedCuda.launches(rows) > ofRows, rows);
      assertTrue(EmulatedCuda.launches(pages) > ofPages, pages);
      assertTrue(EmulatedCuda.launches(product) > ofProducts, product);
      assertEquals(0, device.info().regions());
    }
  }

  /**
   * Many tokens of block formats, as each generation multiplies them. Both devices round x to 8
   * bits, of values that attention has rounded differently: weights of no training make much of
   * that.
   */
  @ParameterizedTest
  @CsvSource({"75, linear_vector", "80, linear_tile", "90, linear_tile_sm90"})
  void blockFormatsTakeTheirProducts(int capability, String product) {
    Path llama = Golden.defaultFolder().resolve("gguf/llama-q4_0/model.gguf");
    int[][] sequences = new int[7][];
    Arrays.fill(sequences, SEQUENCES[0]);
    float[] expected;
    try (Device cpu = Device.cpu()) {
      expected = logits(llama, cpu, sequences);
    }
    EmulatedCuda.inject(Injection.CAPABILITY, capability);
    try (Device device = EmulatedCuda.open()) {
      long before = EmulatedCuda.launches(product);
      GpuTrainerTest.assertNear(expected, logits(llama, device, sequences), 5e-2);
      assertTrue(EmulatedCuda.launches(product) > before, product);
      assertEquals(0, device.info().regions());
    }
  }

  private static float[] logits(Path path, Device device, int[][] sequences) {
    try (CausalModel model =
            GatunModels.loadCausal(path, GpuTrainerTest.options(device, Arithmetic.FAST));
        Context context = model.newContext()) {
      SequenceBatch batch = SequenceBatch.of(context, sequences);
      return model.logits(context, model.hidden(context, batch), null).toFloatArray();
    }
  }

  /** On 7.5 the backward in FAST multiplies in f32, whatever its weights are kept in. */
  @ParameterizedTest
  @CsvSource({"75, F32, 1e-5", "75, FAST, 3e-2", "90, FAST, 3e-2"})
  void aModelLearnsOnItsKernels(int capability, Arithmetic arithmetic, double share) {
    Path gpt2 = Golden.defaultFolder().resolve("gpt2");
    float[] expected;
    try (Device cpu = GpuTrainerTest.cpu();
        CausalModel model = trainable(gpt2, cpu, arithmetic)) {
      expected = GpuTrainerTest.gradients(model, model.parameters());
    }
    EmulatedCuda.inject(Injection.CAPABILITY, capability);
    try (Device device = EmulatedCuda.open();
        CausalModel model = trainable(gpt2, device, arithmetic)) {
      GpuTrainerTest.assertNear(
          expected, GpuTrainerTest.gradients(model, model.parameters()), share);
      assertEquals(0, device.info().regions());
    }
  }

  private static CausalModel trainable(Path model, Device device, Arithmetic arithmetic) {
    return GatunModels.loadCausal(
        model, GpuTrainerTest.options(device, arithmetic).withTrainable(true));
  }
}
