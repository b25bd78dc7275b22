// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/** Texts without special tokens to ids, and ids back to text. Thread-safe; may be closed twice. */
interface TextEncoder extends AutoCloseable {

  /** Ids, tokens and offsets in code points of one well-formed text. */
  Encoding encode(String text);

  /** The ids alone. */
  int[] encodeIds(String text);

  /** The text of ids that lie inside the vocabulary. */
  String decode(int[] ids, boolean skipSpecialTokens);

  @Override
  void close();
}
