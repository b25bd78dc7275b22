// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.ops.SampleRows;
import dev.gatun.tensor.Philox;
import java.util.Arrays;

/**
 * Chooses the next token of one answer: runs the processors of the configuration, then takes the
 * best token or draws one. A drawn token depends on the scores, the seed and its position alone.
 * Reports log-probabilities of the model's own distribution, that is before any processor.
 *
 * <p>A NaN score counts as removed. Among equal best scores the smallest token wins. Owns scratch
 * memory and allocates nothing per token; one per request, not thread-safe.
 */
public final class Sampler {
  private final GenerationConfig config;
  private final int vocabularySize;
  private final Scratch scratch = new Scratch();
  private final LogitsProcessor[] processors;
  private final float[] raw;
  private final long[] best;
  private final int[] topTokens;
  private final float[] topLogProbs;
  private final SampleRows.Settings deviceSettings; // null: only this sampler can
  private float logProb = Float.NaN;

  /**
   * A sampler for one request.
   *
   * @throws IllegalArgumentException if the configuration names a token that the vocabulary lacks
   */
  public Sampler(GenerationConfig config, int vocabularySize) {
    this.config = config;
    this.vocabularySize = vocabularySize;
    this.processors =
        LogitsProcessors.of(config, vocabularySize, scratch).toArray(new LogitsProcessor[0]);
    this.deviceSettings = deviceSettings(config, processors);
    int count = Math.max(0, config.logProbs());
    this.raw = new float[config.logProbs() < 0 ? 0 : vocabularySize];
    this.best = new long[count];
    this.topTokens = new int[count];
    this.topLogProbs = new float[count];
  }

  /** What a GPU's kernel needs to know, if it has all that the configuration asks for. */
  private static SampleRows.Settings deviceSettings(
      GenerationConfig config, LogitsProcessor[] processors) {
    for (LogitsProcessor processor : processors) {
      switch (processor) {
        case RepetitionPenalty _, OccurrencePenalty _, Temperature _, TopK _, TopP _, MinP _ -> {}
        default -> {
          return null;
        }
      }
    }
    if (config.logProbs() >= 0) {
      return null;
    }
    return new SampleRows.Settings(
        (float) config.repetitionPenalty(),
        config.frequencyPenalty(),
        config.presencePenalty(),
        config.doSample(),
        (float) config.temperature(),
        config.topK(),
        config.topP(),
        config.minP(),
        config.seed());
  }

  /** The settings with which a GPU chooses the same tokens, or null if it cannot. */
  SampleRows.Settings deviceSettings() {
    return deviceSettings;
  }

  /** Whether {@link #next} is needed: without it the model's best token is the answer. */
  public boolean needsScores() {
    return config.doSample() || config.logProbs() >= 0 || processors.length > 0;
  }

  /**
   * The next token.
   *
   * @param history the tokens so far
   * @param scores [V] of the model; they are changed
   * @throws IllegalArgumentException if there are not V scores, or no token is left
   */
  public int next(TokenHistory history, float[] scores) {
    if (scores.length != vocabularySize) {
      throw new IllegalArgumentException(
          "sampling: got " + scores.length + " scores, expected V = " + vocabularySize);
    }
    if (config.logProbs() >= 0) {
      System.arraycopy(scores, 0, raw, 0, vocabularySize);
    }
    for (LogitsProcessor processor : processors) {
      processor.process(history, scores);
    }
    int token = requireToken(history, config.doSample() ? draw(history, scores) : greatest(scores));
    if (config.logProbs() >= 0) {
      report(token);
    }
    return token;
  }

  /** The token, unless none was left. */
  int requireToken(TokenHistory history, int token) {
    if (token < 0) {
      throw new IllegalArgumentException(
          "sampling: at position "
              + history.length()
              + " no token is left: all "
              + vocabularySize
              + " scores are negative infinity or NaN; loosen suppressTokens, badWords or"
              + " noRepeatNgramSize, or check the model's weights");
    }
    return token;
  }

  private int draw(TokenHistory history, float[] scores) {
    return draw(scores, Philox.uniform(config.seed(), history.length()), scratch);
  }

  /** The token at which the cumulative probability in id order exceeds {@code uniform}, or -1. */
  static int draw(float[] scores, double uniform, Scratch scratch) {
    int n = scratch.gather(scores);
    int[] tokens = scratch.tokens(n);
    float[] weights = scratch.weights(n);
    double target = uniform * Softmax.weights(weights, n, Softmax.max(weights, n), weights);
    double sum = 0;
    int last = -1;
    for (int i = 0; i < n && !(sum > target); i++) {
      if (weights[i] > 0) {
        sum += weights[i];
        last = tokens[i];
      }
    }
    return last;
  }

  private static int greatest(float[] scores) {
    int best = -1;
    float max = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < scores.length; token++) {
      if (scores[token] > max) {
        max = scores[token];
        best = token;
      }
    }
    return best;
  }

  private void report(int token) {
    double logSum = Softmax.logSum(raw, scratch);
    logProb = (float) (raw[token] - logSum);
    int found = best.length == 0 ? 0 : Selection.best(raw, best.length, best);
    Arrays.sort(best, 0, found);
    for (int i = 0; i < best.length; i++) {
      topTokens[i] = i < found ? Selection.token(best[found - 1 - i]) : -1;
      topLogProbs[i] = i < found ? (float) (raw[topTokens[i]] - logSum) : Float.NEGATIVE_INFINITY;
    }
  }

  /** The log-probability of the last token; NaN unless the configuration asks for it. */
  public float logProb() {
    return logProb;
  }

  /**
   * The model's best tokens at the last position, best first; -1 after the end of a vocabulary that
   * is smaller. The array is the sampler's: copy what outlives the next token.
   */
  public int[] topTokens() {
    return topTokens;
  }

  /** Their log-probabilities, in the same order and with the same ownership. */
  public float[] topLogProbs() {
    return topLogProbs;
  }
}
