// SPDX-License-Identifier: Apache-2.0

/**
 * Text to token ids and back: the tokenizers of {@code tokenizer.json}, {@code vocab.txt}, {@code
 * vocab.json} with {@code merges.txt}, SentencePiece {@code .model} files and GGUF metadata.
 *
 * <p>{@link dev.gatun.tokenizer.Tokenizers} loads, {@link dev.gatun.tokenizer.Tokenizer} encodes
 * and decodes, {@link dev.gatun.tokenizer.StreamDecoder} turns generated ids into text as they
 * arrive.
 *
 * <p>The algorithms (normalising, splitting, merging) are those of the native Hugging Face
 * tokenizers library. That library ends the process on some malformed files, so every file is
 * parsed and checked in Java and handed over as a rebuilt document; special tokens, truncation and
 * padding are added in Java.
 */
package dev.gatun.tokenizer;
