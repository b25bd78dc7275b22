// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.List;

/**
 * The metadata of a GGUF file as far as tokenizers need it. Keys are whole, such as {@code
 * tokenizer.ggml.tokens}; every getter returns null when the key is absent and throws {@link
 * dev.gatun.io.ModelFormatException} when its value has another type.
 */
public interface GgufTokenizerMetadata {

  /** Name of the file, for messages. */
  String source();

  /** A text, or null. */
  String string(String key);

  /** An integer of any width, or null. */
  Long integer(String key);

  /** A truth value, or null. */
  Boolean bool(String key);

  /** A list of texts, or null. */
  List<String> strings(String key);

  /** A list of integers that fit 32 bits, or null. */
  int[] integers(String key);

  /** A list of 32-bit floats, or null. */
  float[] floats(String key);

  /** A list of bytes, signed or not, or null. */
  byte[] bytes(String key);
}
