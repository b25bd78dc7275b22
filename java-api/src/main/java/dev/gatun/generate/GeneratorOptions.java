// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Limits of a generator.
 *
 * @param cacheTokens tokens that all sequences in flight and remembered prefixes may hold together;
 *     0 takes the model's context length for each sequence of a batch, at most 8,192 in all
 * @param sourceTokens the same for the sources of an encoder-decoder
 * @param maxBatch sequences that run at once
 * @param prefillChunk most prompt tokens of one step
 * @param bufferedTokens tokens that a stream may be ahead of its reader before it is paused
 */
public record GeneratorOptions(
    long cacheTokens, long sourceTokens, int maxBatch, int prefillChunk, int bufferedTokens) {
  /** Checks the ranges. */
  public GeneratorOptions {
    if (cacheTokens < 0
        || sourceTokens < 0
        || maxBatch < 1
        || prefillChunk < 1
        || bufferedTokens < 1) {
      throw new IllegalArgumentException(
          "generator: cacheTokens = "
              + cacheTokens
              + ", sourceTokens = "
              + sourceTokens
              + ", maxBatch = "
              + maxBatch
              + ", prefillChunk = "
              + prefillChunk
              + ", bufferedTokens = "
              + bufferedTokens
              + "; expected at least 0, 0, 1, 1, 1");
    }
  }

  /** 8 sequences, chunks of 512 tokens. */
  public static GeneratorOptions defaults() {
    return new GeneratorOptions(0, 0, 8, 512, 32);
  }

  /** The same with another cache. */
  public GeneratorOptions withCacheTokens(long tokens) {
    return new GeneratorOptions(tokens, sourceTokens, maxBatch, prefillChunk, bufferedTokens);
  }

  /** The same with another cache of sources. */
  public GeneratorOptions withSourceTokens(long tokens) {
    return new GeneratorOptions(cacheTokens, tokens, maxBatch, prefillChunk, bufferedTokens);
  }

  /** The same with another batch. */
  public GeneratorOptions withMaxBatch(int sequences) {
    return new GeneratorOptions(cacheTokens, sourceTokens, sequences, prefillChunk, bufferedTokens);
  }

  /** The same with other chunks. */
  public GeneratorOptions withPrefillChunk(int tokens) {
    return new GeneratorOptions(cacheTokens, sourceTokens, maxBatch, tokens, bufferedTokens);
  }
}
