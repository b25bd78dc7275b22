// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/** Builds tokenizers from SentencePiece models. */
final class SentencePieceTokenizers {
  private SentencePieceTokenizers() {}

  static TokenizerPlan plan(byte[] model, String source, TokenizerConfig config) {
    throw new dev.gatun.io.UnsupportedModelException(source);
  }
}
