// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.TokenStream;
import dev.gatun.nn.CausalModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that join at different steps give the tokens that each gives alone, in fewer passes. */
class ContinuousBatchingTest {
  private static final int REQUESTS = 4;
  private static final GenerationConfig CONFIG = GenerationConfig.greedy().maxNewTokens(20);

  @ParameterizedTest
  @ValueSource(strings = {"gguf/llama-q8_0/model.gguf", "llama2", "gpt2", "gemma3", "mistral"})
  void staggeredRequestsAreAsAlone(String name) {
    try (Device device = Device.cpu();
        CausalModel model = Fixtures.decoder(name, device, Arithmetic.F32)) {
      List<int[]> prompts = new ArrayList<>();
      for (int i = 0; i < REQUESTS; i++) {
        prompts.add(Fixtures.tokens(3 + 2 * i, model.vocabularySize(), i));
      }
      List<int[]> alone = new ArrayList<>();
      long start = device.info().weightPasses();
      for (int[] prompt : prompts) {
        try (Generator generator = new Generator(model)) {
          alone.add(generator.generate(prompt, CONFIG));
        }
      }
      long passesAlone = device.info().weightPasses() - start;

      start = device.info().weightPasses();
      List<int[]> together = staggered(model, prompts);
      long passesTogether = device.info().weightPasses() - start;

      for (int i = 0; i < REQUESTS; i++) {
        assertArrayEquals(alone.get(i), together.get(i), "request " + i);
      }
      assertTrue(
          passesTogether < passesAlone,
          () -> passesTogether + " passes together, " + passesAlone + " alone");
    }
  }

  /** Each request starts when the ones before it have answered a little and wait for a reader. */
  private static List<int[]> staggered(CausalModel model, List<int[]> prompts) {
    GeneratorOptions options = new GeneratorOptions(0, 0, REQUESTS, 4, 3);
    try (Generator generator = new Generator(model, options);
        var readers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<TokenStream> streams = new ArrayList<>();
      List<int[]> tokens = new ArrayList<>();
      for (int[] prompt : prompts) {
        TokenStream stream = generator.stream(prompt, CONFIG);
        int[] all = new int[CONFIG.maxNewTokens()];
        assertTrue(stream.next());
        all[0] = stream.token();
        streams.add(stream);
        tokens.add(all);
      }
      List<CompletableFuture<int[]>> rest = new ArrayList<>();
      for (int i = 0; i < streams.size(); i++) {
        TokenStream stream = streams.get(i);
        int[] all = tokens.get(i);
        rest.add(CompletableFuture.supplyAsync(() -> drain(stream, all), readers));
      }
      return rest.stream().map(CompletableFuture::join).toList();
    }
  }

  private static int[] drain(TokenStream stream, int[] all) {
    int count = 1;
    while (stream.next()) {
      all[count++] = stream.token();
    }
    return Arrays.copyOf(all, count);
  }
}
