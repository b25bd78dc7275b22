// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;

/**
 * The tokens of one sequence: prompt and answer, and, for encoder-decoders, the source. Grows at
 * the end. Not thread-safe.
 */
public final class TokenHistory {
  private int[] tokens;
  private int length;
  private final int promptLength;
  private final int[] source;

  /**
   * A history that starts with a prompt.
   *
   * @param source tokens of the encoder's input; empty for decoders
   */
  public TokenHistory(int[] prompt, int[] source) {
    this(prompt, source, prompt.length + 16);
  }

  /**
   * A history with room for {@code capacity} tokens, so that none of them allocates.
   *
   * @param source tokens of the encoder's input; empty for decoders
   */
  public TokenHistory(int[] prompt, int[] source, int capacity) {
    this.tokens = Arrays.copyOf(prompt, Math.max(16, Math.max(prompt.length, capacity)));
    this.length = prompt.length;
    this.promptLength = prompt.length;
    this.source = source;
  }

  private TokenHistory(TokenHistory other) {
    this.tokens = other.tokens.clone();
    this.length = other.length;
    this.promptLength = other.promptLength;
    this.source = other.source;
  }

  /** An independent copy. */
  public TokenHistory copy() {
    return new TokenHistory(this);
  }

  /** Appends a token. */
  public void add(int token) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = token;
  }

  /** All tokens. */
  public int length() {
    return length;
  }

  /** Tokens of the prompt. */
  public int promptLength() {
    return promptLength;
  }

  /** Tokens of the answer so far. */
  public int newTokens() {
    return length - promptLength;
  }

  /** Token {@code index}. */
  public int get(int index) {
    return tokens[index];
  }

  /** Tokens {@code from} to {@code to - 1}. */
  public int[] slice(int from, int to) {
    return Arrays.copyOfRange(tokens, from, to);
  }

  /** A copy of the source's tokens. */
  public int[] source() {
    return source.clone();
  }

  /** The source's length. */
  public int sourceLength() {
    return source.length;
  }

  /** Source token {@code index}. */
  public int source(int index) {
    return source[index];
  }
}
