// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.FinishReason;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.TokenStream;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Closing is safe at any moment, and gives everything back. */
class LifecycleTest {
  private static final String TINY = "gguf/llama-q8_0/model.gguf";
  private static final GenerationConfig CONFIG = GenerationConfig.greedy().maxNewTokens(12);

  @Test
  void closingTwiceIsHarmless() {
    CausalModel model = GatunModels.loadCausal(Fixtures.golden(TINY), LoadOptions.defaults());
    Generator generator = new Generator(model);
    generator.close();
    generator.close();
    model.close();
    model.close();
    generator.close();
  }

  @Test
  void aClosedModelRefusesWork() {
    CausalModel model = GatunModels.loadCausal(Fixtures.golden(TINY), LoadOptions.defaults());
    Generator generator = new Generator(model);
    int[] prompt = Fixtures.tokens(4, model.vocabularySize(), 1);
    model.close();
    assertThrows(IllegalStateException.class, () -> generator.generate(prompt, CONFIG));
    assertThrows(IllegalStateException.class, () -> generator.stream(prompt, CONFIG));
    assertThrows(IllegalStateException.class, () -> new Generator(model).close());
  }

  @Test
  void closingWhileGeneratingEndsTheStream() throws Exception {
    for (int round = 0; round < 20; round++) {
      CausalModel model = GatunModels.loadCausal(Fixtures.golden(TINY), LoadOptions.defaults());
      Generator generator = new Generator(model);
      int[] prompt = Fixtures.tokens(4, model.vocabularySize(), round);
      CountDownLatch running = new CountDownLatch(1);
      CompletableFuture<String> end =
          CompletableFuture.supplyAsync(() -> generateUntilClosed(generator, prompt, running));
      running.await();
      model.close();
      assertEquals("closed", end.get());
      generator.close();
    }
  }

  private static String generateUntilClosed(
      Generator generator, int[] prompt, CountDownLatch running) {
    try {
      while (true) {
        try (TokenStream stream = generator.stream(prompt, CONFIG)) {
          while (stream.next()) {
            running.countDown();
          }
          if (stream.finishReason() == FinishReason.CANCELLED) {
            return "closed";
          }
        }
      }
    } catch (IllegalStateException e) {
      return "closed";
    }
  }

  @Test
  void twoModelsAtOnce() {
    try (Device device = Device.cpu();
        CausalModel first = Fixtures.decoder(TINY, device, Arithmetic.F32);
        CausalModel second = Fixtures.decoder("gpt2", device, Arithmetic.F32);
        Generator one = new Generator(first);
        Generator two = new Generator(second)) {
      int[] firstPrompt = Fixtures.tokens(5, first.vocabularySize(), 1);
      int[] secondPrompt = Fixtures.tokens(7, second.vocabularySize(), 2);
      int[] firstAlone = one.generate(firstPrompt, CONFIG);
      int[] secondAlone = two.generate(secondPrompt, CONFIG);
      var firstAgain = CompletableFuture.supplyAsync(() -> one.generate(firstPrompt, CONFIG));
      var secondAgain = CompletableFuture.supplyAsync(() -> two.generate(secondPrompt, CONFIG));
      assertArrayEquals(firstAlone, firstAgain.join());
      assertArrayEquals(secondAlone, secondAgain.join());
    }
  }

  @Test
  void aDeviceGetsAllItsMemoryBack() {
    try (Device device = Device.cpu()) {
      long before = device.info().allocatedBytes();
      try (CausalModel model = Fixtures.decoder(TINY, device, Arithmetic.FAST);
          Generator generator = new Generator(model)) {
        generator.generate(Fixtures.tokens(5, model.vocabularySize(), 1), CONFIG);
        assertTrue(device.info().allocatedBytes() > before);
      }
      assertEquals(before, device.info().allocatedBytes());
    }
  }

  /** What a cycle may leave behind is far less than the model's own 100 KB. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aThousandCyclesLeaveResidentSizeFlat() throws IOException {
    cycles(300);
    long before = residentKilobytes();
    cycles(1000);
    long growth = residentKilobytes() - before;
    assertTrue(growth < 12_000, () -> "resident size grew by " + growth + " KB");
  }

  private static void cycles(int count) {
    for (int i = 0; i < count; i++) {
      Model model = GatunModels.load(Fixtures.golden(TINY), LoadOptions.defaults());
      model.close();
    }
    System.gc();
  }

  private static long residentKilobytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no VmRSS");
  }
}
