// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/**
 * All that a tokenizer is built from.
 *
 * @param document vocabulary and algorithm
 * @param postProcessor special tokens around texts
 * @param specialTokens tokens with a role
 * @param normalizer what happens to a text before the native library sees it, or null
 */
record TokenizerPlan(
    TokenizerDocument document,
    PostProcessor postProcessor,
    SpecialTokens specialTokens,
    TextNormalizer normalizer) {

  Tokenizer create() {
    return DocumentTokenizer.create(this);
  }
}
