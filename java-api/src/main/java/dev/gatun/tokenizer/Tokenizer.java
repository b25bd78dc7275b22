// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.List;

/**
 * A model's tokenizer. Every method may be called by several threads at once. Closing waits for
 * running calls, may be repeated, and makes later calls fail with {@link IllegalStateException}.
 *
 * <p>Text is a Java string; an unpaired surrogate, which no UTF-8 text can hold, counts as U+FFFD.
 */
public interface Tokenizer extends AutoCloseable {

  /** Encodes a text with the model's special tokens around it. */
  default Encoding encode(String text) {
    return encode(text, true);
  }

  /** Encodes a text, with the model's special tokens around it if asked for. */
  Encoding encode(String text, boolean addSpecialTokens);

  /** Encodes a pair of texts, with the model's special tokens around them if asked for. */
  Encoding encodePair(String first, String second, boolean addSpecialTokens);

  /**
   * Encodes texts one by one or in pairs, cuts and fills them.
   *
   * @param texts the texts
   * @param pairs the second text of each pair, or null when the texts stand alone
   * @param options special tokens, truncation and padding
   * @throws IllegalArgumentException if the lists differ in length, if a text that must not be cut
   *     is too long already, or if the stride leaves no progress
   */
  List<Encoding> encodeBatch(List<String> texts, List<String> pairs, EncodeOptions options);

  /** The ids of a text alone: cheaper than {@link #encode(String, boolean)}. */
  int[] encodeIds(String text, boolean addSpecialTokens);

  /**
   * The text of ids; bytes that are not UTF-8 become U+FFFD.
   *
   * @throws IllegalArgumentException if an id is outside the vocabulary
   */
  String decode(int[] ids, boolean skipSpecialTokens);

  /** A decoder that takes the ids of one text as they are generated; not thread-safe itself. */
  StreamDecoder streamDecoder(boolean skipSpecialTokens);

  /** Number of ids, added tokens included: one more than the highest id. */
  int vocabSize();

  /** The id of a token as the vocabulary spells it, or -1. */
  int idOf(String token);

  /** The token of an id as the vocabulary spells it; null where the id has none. */
  String tokenOf(int id);

  /** Whether decoding leaves this id out when special tokens are skipped. */
  boolean isSpecial(int id);

  /** The tokens with a fixed role. */
  SpecialTokens specialTokens();

  /** The tokens that are looked for in the text before the model sees it, by ascending id. */
  List<AddedToken> addedTokens();

  /** One line for people: the algorithm and the size. */
  String description();

  /** Releases the native tokenizer. */
  @Override
  void close();
}
