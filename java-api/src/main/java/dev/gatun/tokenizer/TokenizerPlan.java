// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/**
 * All that a tokenizer is built from.
 *
 * @param document vocabulary and algorithm
 * @param postProcessor special tokens around texts
 * @param specialTokens tokens with a role
 * @param sentencePiece what happens before and after the model of a SentencePiece file, or null
 */
record TokenizerPlan(
    TokenizerDocument document,
    PostProcessor postProcessor,
    SpecialTokens specialTokens,
    SentencePieceRules sentencePiece) {

  Tokenizer create() {
    return DocumentTokenizer.create(this);
  }
}
