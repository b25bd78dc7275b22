// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class LogitsProcessorsTest {
  private static final float NONE = Float.NEGATIVE_INFINITY;
  private static final float NAN = Float.NaN;

  private static Path goldenFolder() {
    String given = System.getProperty("gatun.golden", System.getenv("GATUN_GOLDEN"));
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    Path module = Path.of("src/test/resources/golden");
    return Files.isDirectory(module) ? module : Path.of("java-api").resolve(module);
  }

  private static float[] process(
      UnaryOperator<GenerationConfig.Builder> settings, TokenHistory history, float... scores) {
    GenerationConfig config = settings.apply(new GenerationConfig.Builder()).build();
    for (LogitsProcessor processor : LogitsProcessors.of(config)) {
      processor.process(history, scores);
    }
    return scores;
  }

  private static float[] warp(UnaryOperator<GenerationConfig.Builder> settings, float... scores) {
    return process(b -> settings.apply(b.doSample(true)), history(1, 0), scores);
  }

  private static TokenHistory history(int promptLength, int... tokens) {
    TokenHistory history =
        new TokenHistory(Arrays.copyOf(tokens, promptLength), new int[] {0, 1, 2});
    Arrays.stream(tokens).skip(promptLength).forEach(history::add);
    return history;
  }

  private static List<UnaryOperator<GenerationConfig.Builder>> warpers() {
    return List.of(
        b -> b.topK(2),
        b -> b.topP(0.5),
        b -> b.minP(0.5),
        b -> b.typicalP(0.5),
        b -> b.epsilonCutoff(0.3),
        b -> b.etaCutoff(0.3),
        b -> b.topH(0.5),
        b -> b.renormalizeLogits(true),
        b -> b.temperature(0.5));
  }

  @Test
  void matchesTheReference() {
    List<String> failures = ProcessorFixture.failures(goldenFolder().resolve("logits-processors"));
    assertTrue(failures.isEmpty(), () -> String.join("\n", failures));
  }

  @Test
  void changesNothingByDefault() {
    assertEquals(List.of(), LogitsProcessors.of(GenerationConfig.greedy()));
    assertEquals(List.of(), LogitsProcessors.of(GenerationConfig.sampling(1)));
  }

  @Test
  void warpsOnlyWhenSampling() {
    float[] scores = process(b -> b.topK(1).temperature(2), history(1, 0), 1, 2, 3);
    assertArrayEquals(new float[] {1, 2, 3}, scores);
  }

  @Test
  void keepsTheLastTokenLeft() {
    for (UnaryOperator<GenerationConfig.Builder> warper : warpers()) {
      float[] scores = warp(warper, NONE, NONE, 3, NONE);
      assertTrue(scores[2] > NONE, Arrays.toString(scores));
      assertArrayEquals(new float[] {NONE, NONE}, Arrays.copyOf(scores, 2));
      assertEquals(NONE, scores[3]);
    }
  }

  @Test
  void neverKeepsNanInsteadOfANumber() {
    for (UnaryOperator<GenerationConfig.Builder> warper : warpers()) {
      float[] scores = warp(warper, NAN, 1, 5, NAN, NONE);
      assertTrue(scores[2] > NONE, Arrays.toString(scores));
      assertTrue(!(scores[0] > NONE) && !(scores[3] > NONE), Arrays.toString(scores));
    }
  }

  @Test
  void leavesNothingAlone() {
    for (UnaryOperator<GenerationConfig.Builder> warper : warpers()) {
      assertArrayEquals(new float[] {NONE, NONE}, warp(warper, NONE, NONE));
    }
  }

  @Test
  void acceptsOneToken() {
    for (UnaryOperator<GenerationConfig.Builder> warper : warpers()) {
      assertTrue(warp(warper, -7)[0] > NONE);
    }
  }

  @Test
  void topKKeepsTies() {
    float[] scores = {2, 3, 2, 1, 2};
    assertArrayEquals(new float[] {2, 3, 2, NONE, 2}, warp(b -> b.topK(2), scores));
  }

  @Test
  void topKLargerThanTheVocabularyKeepsAll() {
    assertArrayEquals(new float[] {1, 2}, warp(b -> b.topK(2), 1, 2));
    assertArrayEquals(new float[] {1, 2}, warp(b -> b.topK(3), 1, 2));
  }

  @Test
  void topPKeepsTheSmallerIdsOfTies() {
    float[] scores = {0, 0, 0, 0};
    assertArrayEquals(new float[] {0, 0, NONE, NONE}, warp(b -> b.topP(0.4), scores));
  }

  @Test
  void topPAgreesWithSorting() {
    Random random = new Random(5);
    for (double scale : new double[] {0, 0.01, 1, 4, 30}) {
      for (double p : new double[] {0.01, 0.5, 0.9, 0.999}) {
        float[] scores = new float[3001];
        for (int i = 0; i < scores.length; i++) {
          // Adding zero leaves one kind of zero, as comparing does.
          scores[i] = (float) (random.nextGaussian() * scale) + 0f;
        }
        float[] expected = sortedTopP(scores, p);
        assertArrayEquals(expected, warp(b -> b.topP(p), scores), p + " of " + scale);
      }
    }
  }

  private static float[] sortedTopP(float[] scores, double p) {
    Integer[] order = new Integer[scores.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
    double max = scores[order[0]];
    double total = 0;
    for (float score : scores) {
      total += Math.exp(score - max);
    }
    float[] kept = new float[scores.length];
    Arrays.fill(kept, NONE);
    double sum = 0;
    for (int i = 0; i < order.length && sum < p * total; i++) {
      kept[order[i]] = scores[order[i]];
      sum += Math.exp(scores[order[i]] - max);
    }
    return kept;
  }

  @Test
  void beamSamplingKeepsAChoiceBesideTheEndTokens() {
    UnaryOperator<GenerationConfig.Builder> beams = b -> b.numBeams(2).eosTokens(List.of(0, 1));
    float[] kept = {9, 8, 7, NONE, NONE};
    for (int i = 0; i < 6; i++) {
      UnaryOperator<GenerationConfig.Builder> warper = warpers().get(i);
      float[] scores = warp(b -> warper.apply(beams.apply(b)), 90, 60, 30, 10, 5);
      long left = Arrays.stream(boxed(scores)).filter(score -> score > NONE).count();
      assertEquals(3, left, "warper " + i);
    }
    assertArrayEquals(kept, warp(b -> beams.apply(b).topP(0.01), 9, 8, 7, 6, 5));
  }

  private static Float[] boxed(float[] values) {
    Float[] result = new Float[values.length];
    Arrays.setAll(result, i -> values[i]);
    return result;
  }

  @Test
  void countsThePenaltiesOfTheAnswerOnly() {
    TokenHistory history = history(2, 0, 1, 1, 1, 2);
    float[] scores = process(b -> b.frequencyPenalty(0.5).presencePenalty(2), history, 5, 5, 5, 5);
    assertArrayEquals(new float[] {5, 2, 2.5f, 5}, scores);
  }

  @Test
  void leavesNoCountsBehind() {
    TokenHistory history = history(1, 0, 1, 1);
    GenerationConfig config =
        new GenerationConfig.Builder().repetitionPenalty(2).frequencyPenalty(1).build();
    List<LogitsProcessor> chain = LogitsProcessors.of(config);
    for (int turn = 0; turn < 3; turn++) {
      float[] scores = {4, -4, 4};
      chain.forEach(processor -> processor.process(history, scores));
      assertArrayEquals(new float[] {2, -10, 4}, scores);
    }
  }

  @Test
  void ignoresTokensOfTheHistoryBeyondTheVocabulary() {
    TokenHistory history = history(1, 9, 9, 9);
    UnaryOperator<GenerationConfig.Builder> all =
        b -> b.repetitionPenalty(2).presencePenalty(1).noRepeatNgramSize(1).eosTokens(List.of(9));
    float[] scores = process(b -> all.apply(b).minNewTokens(5), history, 1, 2);
    assertArrayEquals(new float[] {1, 2}, scores);
  }

  @Test
  void derivesTheLengthOfForcedEosFromTheAnswer() {
    UnaryOperator<GenerationConfig.Builder> forced = b -> b.forcedEos(List.of(1)).maxNewTokens(3);
    assertArrayEquals(new float[] {4, 5}, process(forced, history(2, 0, 0, 0), 4, 5));
    assertArrayEquals(new float[] {NONE, 0}, process(forced, history(2, 0, 0, 0, 0), 4, 5));
  }

  @Test
  void suppressesAfterAForcedFirstToken() {
    UnaryOperator<GenerationConfig.Builder> begin = b -> b.beginSuppressTokens(List.of(0));
    TokenHistory second = history(1, 0, 1);
    assertArrayEquals(new float[] {4, 5}, process(begin, second, 4, 5));
    TokenHistory same = history(1, 0, 1);
    UnaryOperator<GenerationConfig.Builder> forced =
        b -> begin.apply(b).forcedBos(OptionalInt.of(1));
    assertArrayEquals(new float[] {NONE, 5}, process(forced, same, 4, 5));
  }

  @Test
  void anEndTokenIsNoBadWord() {
    UnaryOperator<GenerationConfig.Builder> words =
        b -> b.badWords(List.of(List.of(0), List.of(1))).eosTokens(List.of(0));
    assertArrayEquals(new float[] {1, NONE, 3}, process(words, history(1, 2), 1, 2, 3));
  }

  @Test
  void exponentialDecayLeavesRemovedTokensRemoved() {
    UnaryOperator<GenerationConfig.Builder> decay =
        b ->
            b.exponentialDecayFactor(2)
                .eosTokens(List.of(0))
                .suppressTokens(List.of(0))
                .sequenceBias(Map.of(List.of(0), Double.NEGATIVE_INFINITY));
    float[] scores = process(decay, history(1, 0, 1, 1), 1, 2);
    assertArrayEquals(new float[] {NONE, 2}, scores);
  }

  @Test
  void refusesTokensThatCannotBe() {
    GenerationConfig.Builder builder = new GenerationConfig.Builder();
    GenerationConfig negative = builder.suppressTokens(List.of(-1)).build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> LogitsProcessors.of(negative))
            .getMessage();
    assertTrue(message.contains("suppressTokens has token -1"), message);
    GenerationConfig empty =
        new GenerationConfig.Builder().badWords(List.of(List.<Integer>of())).build();
    assertThrows(IllegalArgumentException.class, () -> LogitsProcessors.of(empty));
  }
}
