// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.nn.CausalModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoded token costs one call into the library: the replay of the recorded step. */
class OneDowncallTest {
  private static final int FEW = 6;
  private static final int MORE = 16;

  @ParameterizedTest
  @ValueSource(strings = {"gguf/llama-q8_0/model.gguf", "llama2", "gpt2", "gemma3"})
  void aTokenIsOneDowncall(String name) {
    try (Device device = Device.cpu();
        CausalModel model = Fixtures.decoder(name, device, Arithmetic.FAST);
        Generator generator = new Generator(model, GeneratorOptions.defaults().withMaxBatch(1))) {
      int[] prompt = Fixtures.tokens(5, model.vocabularySize(), 1);
      calls(generator, prompt, MORE);
      long few = calls(generator, prompt, FEW);
      long more = calls(generator, prompt, MORE);
      assertEquals(MORE - FEW, more - few);
    }
  }

  /** Calls for the prompt and its answer. */
  private static long calls(Generator generator, int[] prompt, int tokens) {
    long before = NativeCalls.count();
    assertEquals(
        tokens, generator.generate(prompt, GenerationConfig.greedy().maxNewTokens(tokens)).length);
    return NativeCalls.count() - before;
  }
}
