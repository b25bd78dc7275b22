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
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A GPU chooses its tokens itself, and chooses those that the host would. */
class EmulatedSamplingTest {
  private static final Path MODEL = Golden.defaultFolder().resolve("gguf/llama-f32/model.gguf");
  private static final List<int[]> PROMPTS =
      List.of(new int[] {5, 17, 3, 44, 8}, new int[] {11, 4, 19});
  private static final int NEW_TOKENS = 6;

  @BeforeEach
  void reset() {
    TestGpu.requireEmulated();
    EmulatedCuda.inject(Injection.RESET, 0);
  }

  private static GenerationConfig.Builder drawing(long seed) {
    return GenerationConfig.sampling(0.8).toBuilder()
        .seed(seed)
        .maxNewTokens(NEW_TOKENS)
        .eosTokens(List.of());
  }

  private static List<int[]> answers(Device device, List<GenerationConfig> configs) {
    LoadOptions options = LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
    try (ModelFiles files = ModelFiles.open(MODEL);
        CausalModel model = (CausalModel) ModelLoader.load(files, options);
        Generator generator = new Generator(model)) {
      return configs.stream()
          .flatMap(config -> generator.generateAll(PROMPTS, config).stream())
          .toList();
    }
  }

  /** Scores differ in their last bits; numbers that fall that close to a limit are rare. */
  private static long launchesOf(GenerationConfig... configs) {
    List<int[]> expected;
    try (Device cpu = Device.cpu()) {
      expected = answers(cpu, List.of(configs));
    }
    long before = EmulatedCuda.launches("sample");
    try (Device device = EmulatedCuda.open()) {
      List<int[]> got = answers(device, List.of(configs));
      for (int i = 0; i < expected.size(); i++) {
        assertArrayEquals(expected.get(i), got.get(i), "answer " + i);
      }
      assertEquals(0, device.info().regions());
    }
    return EmulatedCuda.launches("sample") - before;
  }

  @Test
  void drawsAreThoseOfTheHost() {
    long launches =
        launchesOf(
            drawing(1).build(),
            drawing(2).topK(20).topP(0.9).minP(0.02).build(),
            drawing(3).repetitionPenalty(1.3).frequencyPenalty(0.2).presencePenalty(0.1).build(),
            GenerationConfig.greedy().toBuilder()
                .repetitionPenalty(1.5)
                .maxNewTokens(NEW_TOKENS)
                .eosTokens(List.of())
                .build());
    assertTrue(launches >= 4 * NEW_TOKENS, () -> launches + " launches");
  }

  @Test
  void whatTheKernelDoesNotKnowIsTheHosts() {
    assertEquals(0, launchesOf(drawing(4).logProbs(2).build(), drawing(5).typicalP(0.9).build()));
  }
}
