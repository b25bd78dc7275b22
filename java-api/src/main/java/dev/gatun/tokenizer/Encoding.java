// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.List;

/**
 * One encoded text or pair of texts: n tokens with their ids, texts and places. The arrays belong
 * to the encoding and must not be changed. Immutable by that agreement, hence safe to share between
 * threads.
 */
public final class Encoding {
  private final int[] ids; // [n]
  private final String[] tokens; // [n]
  private final int[] offsets; // [2 n]: start and end of each token
  private final int[] typeIds; // [n]
  private final int[] specialTokensMask; // [n]
  private final int[] attentionMask; // [n]
  private final List<Encoding> overflowing;

  Encoding(
      int[] ids,
      String[] tokens,
      int[] offsets,
      int[] typeIds,
      int[] specialTokensMask,
      int[] attentionMask,
      List<Encoding> overflowing) {
    this.ids = ids;
    this.tokens = tokens;
    this.offsets = offsets;
    this.typeIds = typeIds;
    this.specialTokensMask = specialTokensMask;
    this.attentionMask = attentionMask;
    this.overflowing = List.copyOf(overflowing);
  }

  /** Number of tokens n. */
  public int length() {
    return ids.length;
  }

  /** Token ids, [n]. */
  public int[] ids() {
    return ids;
  }

  /** Token texts as the vocabulary spells them, [n]. */
  public List<String> tokens() {
    return List.of(tokens);
  }

  /** Code point of the input text at which a token starts; 0 for special and padding tokens. */
  public int start(int token) {
    return offsets[2 * token];
  }

  /** Code point of the input text behind a token; 0 for special and padding tokens. */
  public int end(int token) {
    return offsets[2 * token + 1];
  }

  /** Type ids, [n]: which text of a pair a token belongs to, as the model counts them. */
  public int[] typeIds() {
    return typeIds;
  }

  /** 1 for tokens that were added around the text or as padding, else 0; [n]. */
  public int[] specialTokensMask() {
    return specialTokensMask;
  }

  /** 0 for padding, else 1; [n]. */
  public int[] attentionMask() {
    return attentionMask;
  }

  /** What truncation cut off, in pieces that are encodings of their own. */
  public List<Encoding> overflowing() {
    return overflowing;
  }

  String[] tokenArray() {
    return tokens;
  }

  int[] offsetArray() {
    return offsets;
  }
}
