// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.Beam;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.Seq2SeqGenerator;
import dev.gatun.generate.TokenStream;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class Seq2SeqGeneratorTest {
  private static final GenerationConfig GREEDY = GenerationConfig.greedy().maxNewTokens(10);
  private static final GenerationConfig BEAMS =
      GenerationConfig.beams(4).toBuilder().maxNewTokens(10).numReturnSequences(2).build();

  private static Seq2SeqModel model(String name, Device device) {
    LoadOptions options = LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
    return (Seq2SeqModel) GatunModels.load(Fixtures.golden(name), options);
  }

  private static List<int[]> sources(Seq2SeqModel model, int count) {
    List<int[]> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sources.add(Fixtures.tokens(2 + 5 * i, model.vocabularySize(), i));
    }
    return sources;
  }

  /** The same bits, though sources of different lengths and beams share every step. */
  @ParameterizedTest
  @ValueSource(strings = {"t5", "flan-t5", "bart"})
  void sourcesTogetherAreAsAlone(String name) {
    try (Device device = Device.cpu();
        Seq2SeqModel model = model(name, device);
        Seq2SeqGenerator generator = new Seq2SeqGenerator(model)) {
      List<int[]> sources = sources(model, 5);
      List<int[]> greedy = generator.generateAll(sources, GREEDY);
      List<List<Beam>> beams = generator.beams(sources, BEAMS);
      for (int i = 0; i < sources.size(); i++) {
        assertArrayEquals(generator.generate(sources.get(i), GREEDY), greedy.get(i));
        List<Beam> alone = generator.beams(sources.get(i), BEAMS);
        for (int b = 0; b < alone.size(); b++) {
          assertArrayEquals(alone.get(b).tokens(), beams.get(i).get(b).tokens());
          assertEquals(alone.get(b).score(), beams.get(i).get(b).score());
        }
      }
    }
  }

  /** Passes over the weights do not grow with the number of searches that run together. */
  @Test
  void searchesShareTheirSteps() {
    try (Device device = Device.cpu();
        Seq2SeqModel model = model("t5", device);
        Seq2SeqGenerator generator = new Seq2SeqGenerator(model)) {
      GenerationConfig fixed = BEAMS.toBuilder().minNewTokens(10).eosTokens(List.of(1)).build();
      int[] source = Fixtures.tokens(7, model.vocabularySize(), 1);
      generator.beams(source, fixed); // records the steps
      long start = device.info().weightPasses();
      generator.beams(source, fixed);
      final long alone = device.info().weightPasses() - start;
      start = device.info().weightPasses();
      generator.beams(List.of(source, source, source), fixed);
      long together = device.info().weightPasses() - start;
      assertTrue(together < 2 * alone, () -> together + " passes of three, " + alone + " of one");
    }
  }

  /** More requests than the caches hold at once wait for each other, whatever they are. */
  @Test
  void requestsWaitForRoom() {
    try (Device device = Device.cpu();
        Seq2SeqModel model = model("t5", device)) {
      GeneratorOptions tight =
          GeneratorOptions.defaults().withCacheTokens(256).withSourceTokens(16).withMaxBatch(2);
      try (Seq2SeqGenerator generator = new Seq2SeqGenerator(model, tight);
          Seq2SeqGenerator roomy = new Seq2SeqGenerator(model)) {
        List<int[]> sources = sources(model, 8);
        List<int[]> greedy = generator.generateAll(sources, GREEDY);
        GenerationConfig two = GenerationConfig.beams(2).maxNewTokens(6);
        List<List<Beam>> beams = generator.beams(sources, two);
        for (int i = 0; i < sources.size(); i++) {
          assertArrayEquals(roomy.generate(sources.get(i), GREEDY), greedy.get(i));
          assertArrayEquals(
              roomy.beams(sources.get(i), two).getFirst().tokens(),
              beams.get(i).getFirst().tokens());
        }
      }
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    try (Device device = Device.cpu();
        Seq2SeqModel model = model("bart", device);
        Seq2SeqGenerator generator = new Seq2SeqGenerator(model)) {
      assertEquals(
          "generation: the source is empty, expected tokens",
          failure(() -> generator.generate(new int[0], GREEDY)));
      assertEquals(
          "generation: source[1] is 105, expected 0 to 104",
          failure(() -> generator.generate(new int[] {1, 105}, GREEDY)));
      int[] tooLong = Fixtures.tokens(31, model.vocabularySize(), 1);
      assertTrue(
          failure(() -> generator.beams(tooLong, BEAMS)).contains("the model's context holds 30"));
      assertTrue(
          failure(() -> generator.stream(new int[] {5}, BEAMS).close()).contains("no stream"));
    }
  }

  private static String failure(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }

  @Test
  void aSourceBeyondTheCacheFailsAloneAndSaysWhatToRaise() {
    try (Device device = Device.cpu();
        Seq2SeqModel model = model("t5", device)) {
      GeneratorOptions tight = GeneratorOptions.defaults().withSourceTokens(16).withMaxBatch(1);
      try (Seq2SeqGenerator generator = new Seq2SeqGenerator(model, tight)) {
        int[] large = Fixtures.tokens(5000, model.vocabularySize(), 1);
        String message =
            assertThrows(OutOfDeviceMemoryException.class, () -> generator.generate(large, GREEDY))
                .getMessage();
        assertTrue(message.contains("raise sourceTokens"), message);
        assertTrue(generator.generate(new int[] {7, 8, 1}, GREEDY).length > 0);
      }
    }
  }

  @Test
  void closingEndsAnswersAndSearches() {
    try (Device device = Device.cpu();
        Seq2SeqModel model = model("t5", device)) {
      Seq2SeqGenerator generator = new Seq2SeqGenerator(model);
      try (TokenStream stream = generator.stream(new int[] {7, 8, 1}, GREEDY)) {
        assertTrue(stream.next());
        generator.close();
        assertThrows(
            IllegalStateException.class, () -> generator.generate(new int[] {7, 1}, GREEDY));
      }
    }
  }
}
