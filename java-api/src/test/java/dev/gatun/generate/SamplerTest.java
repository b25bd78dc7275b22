// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.tensor.Philox;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private static final float NONE = Float.NEGATIVE_INFINITY;

  private static GenerationConfig.Builder builder() {
    return new GenerationConfig.Builder();
  }

  private static TokenHistory history(int length) {
    return new TokenHistory(new int[length], new int[0]);
  }

  private static int next(GenerationConfig.Builder builder, float... scores) {
    return new Sampler(builder.build(), scores.length).next(history(3), scores);
  }

  @Test
  void philoxGivesTheKnownAnswers() {
    // The vectors for philox4x32-10 that come with the authors' Random123.
    assertEquals(0x6627e8d5_e169c58dL, Philox.bits(0, 0, 0));
    assertEquals(0x408f276d_41c83b0eL, Philox.bits(-1, -1, -1));
    long key = 0x299f31d0_a4093822L;
    assertEquals(
        0xd16cfe09_94fdccebL, Philox.bits(key, 0x85a308d3_243f6a88L, 0x03707344_13198a2eL));
  }

  @Test
  void needsScoresOnlyWhereTheBestTokenIsNotEnough() {
    assertFalse(new Sampler(builder().build(), 5).needsScores());
    assertTrue(new Sampler(builder().doSample(true).build(), 5).needsScores());
    assertTrue(new Sampler(builder().logProbs(0).build(), 5).needsScores());
    assertTrue(new Sampler(builder().repetitionPenalty(2).build(), 5).needsScores());
  }

  @Test
  void greedyTakesTheFirstOfEqualScores() {
    assertEquals(1, next(builder(), 1, 3, 3, 2));
    assertEquals(2, next(builder().logitBias(Map.of(2, 1.0)), 1, 3, 3, 2));
  }

  @Test
  void passesOverNan() {
    assertEquals(2, next(builder(), Float.NaN, NONE, 1, Float.NaN));
    assertEquals(2, next(builder().doSample(true), Float.NaN, NONE, 1, Float.NaN));
  }

  @Test
  void takesTheOnlyToken() {
    for (long seed = 0; seed < 20; seed++) {
      assertEquals(0, next(builder().doSample(true).seed(seed), -3));
      assertEquals(3, next(builder().doSample(true).seed(seed), NONE, NONE, NONE, -1e30f, NONE));
    }
  }

  @Test
  void anInfiniteScoreWins() {
    float infinite = Float.POSITIVE_INFINITY;
    assertEquals(1, next(builder().doSample(true).topP(0.9).topK(3), 3, infinite, 3, 3));
  }

  @Test
  void saysThatNoTokenIsLeft() {
    for (boolean sample : new boolean[] {false, true}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> next(builder().doSample(sample).topP(0.5), NONE, Float.NaN))
              .getMessage();
      assertTrue(message.contains("at position 3 no token is left"), message);
    }
  }

  @Test
  void refusesWrongSizes() {
    Sampler sampler = new Sampler(builder().build(), 4);
    assertThrows(IllegalArgumentException.class, () -> sampler.next(history(1), new float[3]));
    GenerationConfig beyond = builder().suppressTokens(List.of(4)).build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Sampler(beyond, 4)).getMessage();
    assertTrue(message.contains("suppressTokens has token 4, expected 0 to 3"), message);
  }

  @Test
  void dependsOnSeedAndPositionAlone() {
    GenerationConfig config = builder().doSample(true).seed(11).build();
    Sampler used = new Sampler(config, 1000);
    int[] answer = new int[50];
    for (int position = 0; position < 50; position++) {
      answer[position] = used.next(history(position), new float[1000]);
    }
    int different = 0;
    for (int position = 49; position >= 0; position--) {
      Sampler fresh = new Sampler(config, 1000);
      assertEquals(answer[position], fresh.next(history(position), new float[1000]));
      Sampler other = new Sampler(config.seed(12), 1000);
      different += other.next(history(position), new float[1000]) == answer[position] ? 0 : 1;
    }
    assertTrue(different > 45, "tokens that differ for another seed: " + different);
    assertNotEquals(answer[0], answer[1]);
  }

  @Test
  void drawsFromTheDistribution() {
    double[] probabilities = {0.5, 0.25, 0, 0.15, 0.1};
    Sampler sampler = new Sampler(builder().doSample(true).seed(3).build(), 5);
    int[] counts = new int[5];
    int draws = 40_000;
    TokenHistory history = new TokenHistory(new int[0], new int[0]);
    for (int i = 0; i < draws; i++) {
      float[] scores = new float[5];
      for (int token = 0; token < 5; token++) {
        scores[token] = (float) Math.log(probabilities[token]);
      }
      int token = sampler.next(history, scores);
      counts[token]++;
      history.add(token);
    }
    assertEquals(0, counts[2]);
    double chiSquare = 0;
    for (int token : new int[] {0, 1, 3, 4}) {
      double expected = draws * probabilities[token];
      chiSquare += Math.pow(counts[token] - expected, 2) / expected;
    }
    // 99.9 % of samples of three degrees of freedom are below.
    assertTrue(chiSquare < 16.27, "chi square " + chiSquare);
  }

  @Test
  void drawsByTheCumulativeSum() {
    float[] scores = {0, NONE, 0, 0, 0};
    Scratch scratch = new Scratch();
    assertEquals(0, Sampler.draw(scores, 0, scratch));
    assertEquals(0, Sampler.draw(scores, 0.2499, scratch));
    assertEquals(2, Sampler.draw(scores, 0.25, scratch));
    assertEquals(4, Sampler.draw(scores, 0.75, scratch));
    assertEquals(4, Sampler.draw(scores, Math.nextDown(1.0), scratch));
  }

  @Test
  void reportsLogProbabilitiesOfTheModel() {
    GenerationConfig config =
        builder().logProbs(2).suppressTokens(List.of(1)).repetitionPenalty(3).build();
    Sampler sampler = new Sampler(config, 4);
    float[] scores = {0, 2, 1, Float.NaN};
    double logSum = Math.log(1 + Math.exp(2) + Math.exp(1));
    assertEquals(2, sampler.next(history(2), scores));
    assertEquals(1 - logSum, sampler.logProb(), 1e-6);
    assertArrayEquals(new int[] {1, 2}, sampler.topTokens());
    assertArrayEquals(
        new float[] {(float) (2 - logSum), (float) (1 - logSum)}, sampler.topLogProbs(), 1e-6f);
  }

  @Test
  void reportsFewerBestTokensOfASmallVocabulary() {
    Sampler sampler = new Sampler(builder().logProbs(3).build(), 2);
    sampler.next(history(1), new float[] {5, 5});
    assertArrayEquals(new int[] {0, 1, -1}, sampler.topTokens());
    assertEquals(NONE, sampler.topLogProbs()[2]);
    assertEquals(Math.log(0.5), sampler.topLogProbs()[0], 1e-6);
  }

  @Test
  void reportsNothingUnlessAsked() {
    Sampler sampler = new Sampler(builder().repetitionPenalty(2).build(), 2);
    sampler.next(history(1), new float[] {1, 2});
    assertTrue(Float.isNaN(sampler.logProb()));
    assertEquals(0, sampler.topTokens().length);
    assertEquals(0, sampler.topLogProbs().length);
  }
}
