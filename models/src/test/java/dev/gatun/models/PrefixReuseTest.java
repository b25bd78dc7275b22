// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.nn.CausalModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The next turn of a conversation runs only the tokens that are new. */
class PrefixReuseTest {
  @Test
  void secondTurnRunsTheNewTokensOnly() {
    try (Device device = Device.cpu();
        CausalModel model = Fixtures.decoder("llama2", device, Arithmetic.F32);
        // A token a step: the passes over the weights count the tokens that are run.
        Generator generator =
            new Generator(model, GeneratorOptions.defaults().withPrefillChunk(1))) {
      int[] question = Fixtures.tokens(9, model.vocabularySize(), 1);
      int[] next = Fixtures.tokens(4, model.vocabularySize(), 2);
      GenerationConfig one = GenerationConfig.greedy().maxNewTokens(1);
      long first = passes(device, generator, question, one);
      long perToken = first / question.length;
      assertEquals(first, perToken * question.length);

      int[] answer = generator.generate(question, GenerationConfig.greedy().maxNewTokens(6));
      int[] turn = join(question, answer, next);
      long before = device.info().weightPasses();
      int[] reply = generator.generate(turn, one);
      // The last token of the answer has not been fed yet.
      assertEquals(
          perToken * (next.length + 1), device.info().weightPasses() - before, "second turn");
      try (Generator fresh = new Generator(model)) {
        assertArrayEquals(fresh.generate(turn, one), reply);
      }
    }
  }

  private static long passes(
      Device device, Generator generator, int[] prompt, GenerationConfig config) {
    long before = device.info().weightPasses();
    generator.generate(prompt, config);
    return device.info().weightPasses() - before;
  }

  private static int[] join(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
  }
}
