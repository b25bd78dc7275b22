// SPDX-License-Identifier: Apache-2.0
package dev.gatun.embed;

import dev.gatun.ops.Rows.Pooling;

/**
 * How texts become vectors.
 *
 * @param longInput what happens to a text that is too long
 * @param maxTokens the limit, special tokens included; 0 takes the model's own
 * @param batchTokens most tokens of one pass
 * @param pooling null takes the model's own, or the mean
 * @param normalize null takes the model's own, or true
 */
public record EmbedderOptions(
    LongInput longInput, int maxTokens, int batchTokens, Pooling pooling, Boolean normalize) {
  /** Checks the ranges. */
  public EmbedderOptions {
    if (maxTokens < 0 || batchTokens < 1) {
      throw new IllegalArgumentException(
          "embedder: maxTokens = "
              + maxTokens
              + ", batchTokens = "
              + batchTokens
              + "; expected at least 0 and 1");
    }
  }

  /** Truncate, the model's own settings, passes of 4,096 tokens. */
  public static EmbedderOptions defaults() {
    return new EmbedderOptions(LongInput.TRUNCATE, 0, 4096, null, null);
  }

  /** The same with another policy for long texts. */
  public EmbedderOptions withLongInput(LongInput policy) {
    return new EmbedderOptions(policy, maxTokens, batchTokens, pooling, normalize);
  }

  /** The same with another limit. */
  public EmbedderOptions withMaxTokens(int tokens) {
    return new EmbedderOptions(longInput, tokens, batchTokens, pooling, normalize);
  }

  /** The same with other passes. */
  public EmbedderOptions withBatchTokens(int tokens) {
    return new EmbedderOptions(longInput, maxTokens, tokens, pooling, normalize);
  }

  /** The same with another pooling. */
  public EmbedderOptions withPooling(Pooling mode) {
    return new EmbedderOptions(longInput, maxTokens, batchTokens, mode, normalize);
  }

  /** The same with or without normalisation. */
  public EmbedderOptions withNormalize(boolean on) {
    return new EmbedderOptions(longInput, maxTokens, batchTokens, pooling, on);
  }
}
