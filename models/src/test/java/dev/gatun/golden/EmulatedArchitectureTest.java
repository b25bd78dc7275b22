// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
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
}
