// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Arrays;

/**
 * Streams tokens whose text depends on their neighbours (WordPiece, Metaspace): decodes a short
 * window twice, without and with the newest id, and gives out what was added.
 */
final class WindowStreamDecoder implements StreamDecoder {
  private static final char REPLACEMENT = '\uFFFD';

  /**
   * A window that never ends in certain text is cut here, or each id would cost more than the last.
   */
  private static final int MAX_WINDOW = 256;

  private final Tokenizer tokenizer;
  private final boolean skipSpecialTokens;
  private int[] window = new int[16];
  private int length;
  private int given; // the ids of the window whose text has been given out
  private String givenText = "";

  WindowStreamDecoder(Tokenizer tokenizer, boolean skipSpecialTokens) {
    this.tokenizer = tokenizer;
    this.skipSpecialTokens = skipSpecialTokens;
  }

  @Override
  public String push(int id) {
    if (length == window.length) {
      window = Arrays.copyOf(window, 2 * length);
    }
    window[length++] = id;
    String text = decode(0, length);
    boolean certain = !text.isEmpty() && text.charAt(text.length() - 1) != REPLACEMENT;
    if (!(certain || length >= MAX_WINDOW) || !text.startsWith(givenText)) {
      return "";
    }
    String added = text.substring(givenText.length());
    if (added.isEmpty()) {
      return "";
    }
    System.arraycopy(window, given, window, 0, length - given);
    length -= given;
    given = length;
    givenText = decode(0, length);
    return added;
  }

  @Override
  public String finish() {
    String text = decode(0, length);
    String rest = text.startsWith(givenText) ? text.substring(givenText.length()) : "";
    length = 0;
    given = 0;
    givenText = "";
    return rest;
  }

  private String decode(int from, int to) {
    return tokenizer.decode(Arrays.copyOfRange(window, from, to), skipSpecialTokens);
  }
}
