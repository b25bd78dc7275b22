// SPDX-License-Identifier: Apache-2.0

/**
 * Text to token ids and back: the tokenizers of {@code tokenizer.json}, {@code vocab.txt}, {@code
 * vocab.json} with {@code merges.txt}, SentencePiece {@code .model} files and GGUF metadata.
 *
 * <p>{@link dev.gatun.tokenizer.Tokenizers} loads, {@link dev.gatun.tokenizer.Tokenizer} encodes
 * and decodes, {@link dev.gatun.tokenizer.StreamDecoder} turns generated ids into text as they
 * arrive.
 *
 * <p>Whatever the file, it becomes one checked document. Two encoders take it: the native Hugging
 * Face tokenizers library understands every scheme, and a byte-pair encoder in Java does the two
 * forms of today's decoders (byte-level; SentencePiece with byte fallback), because copying a
 * vocabulary of 49,152 tokens out of the process's own memory into a document and back costs more
 * time and memory than all else that a command line does before its first token. Tests compare the
 * two on every stored text. Special tokens, truncation and padding are done in Java for both.
 *
 * <p>The native library ends the process on some malformed files, so nothing reaches it unchecked:
 * parts outside a closed list, numbers that make it index outside a string, character maps that
 * point outside themselves, merges of unknown tokens and normalisers that blow text up are refused.
 * A file's regular expressions are those of known models, word for word, or of a shape that bounds
 * the work; others are refused, since that library backtracks.
 */
package dev.gatun.tokenizer;
