// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.RandomAccess;

/**
 * Texts one behind the other in UTF-8, as files hold them. An element becomes a string when it is
 * asked for, so that the hundred thousand of a tokenizer cost their bytes alone. Immutable.
 */
public final class TextList extends AbstractList<String> implements RandomAccess {
  private final byte[] utf8;
  // Text i is utf8[ends[i - 1], ends[i]).
  private final int[] ends;

  private TextList(byte[] utf8, int[] ends) {
    this.utf8 = utf8;
    this.ends = ends;
  }

  /** The texts of a list; unpaired surrogates, which no UTF-8 can hold, become question marks. */
  public static TextList of(List<String> texts) {
    if (texts instanceof TextList list) {
      return list;
    }
    byte[] utf8 = new byte[16];
    int[] ends = new int[texts.size()];
    int used = 0;
    for (int i = 0; i < ends.length; i++) {
      byte[] text = texts.get(i).getBytes(StandardCharsets.UTF_8);
      if (text.length > utf8.length - used) {
        utf8 = Arrays.copyOf(utf8, Math.max(2 * utf8.length, Math.addExact(used, text.length)));
      }
      System.arraycopy(text, 0, utf8, used, text.length);
      used += text.length;
      ends[i] = used;
    }
    return new TextList(Arrays.copyOf(utf8, used), ends);
  }

  /**
   * Takes over bytes of a file; strictly, so that no two different byte strings become one text.
   *
   * @param ends where each text ends, ascending
   * @throws CharacterCodingException if one of them is not UTF-8
   */
  static TextList decode(byte[] utf8, int[] ends) throws CharacterCodingException {
    int at = 0;
    for (int end : ends) {
      while (at < end) {
        if (utf8[at] >= 0) {
          at++;
          continue;
        }
        int length = characterLength(utf8, at, end);
        if (length == 0) {
          throw new MalformedInputException(1);
        }
        at += length;
      }
    }
    return new TextList(utf8, ends);
  }

  /** The bytes of a character beyond ASCII, or 0 if they are not well-formed UTF-8. */
  private static int characterLength(byte[] utf8, int at, int end) {
    int first = utf8[at] & 0xFF;
    int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || length > end - at) {
      return 0;
    }
    for (int i = 1; i < length; i++) {
      if ((utf8[at + i] & 0xC0) != 0x80) {
        return 0;
      }
    }
    int second = utf8[at + 1] & 0xFF;
    boolean overlong = first == 0xE0 && second < 0xA0 || first == 0xF0 && second < 0x90;
    boolean surrogate = first == 0xED && second > 0x9F;
    boolean beyondUnicode = first == 0xF4 && second > 0x8F;
    return overlong || surrogate || beyondUnicode ? 0 : length;
  }

  @Override
  public int size() {
    return ends.length;
  }

  @Override
  public String get(int index) {
    int start = start(index);
    return new String(utf8, start, ends[index] - start, StandardCharsets.UTF_8);
  }

  /** Where text {@code index} starts in {@link #toUtf8()}. */
  public int start(int index) {
    return index == 0 ? 0 : ends[index - 1];
  }

  /** Where text {@code index} ends in {@link #toUtf8()}. */
  public int end(int index) {
    return ends[index];
  }

  /** All texts without anything between them; a copy. */
  public byte[] toUtf8() {
    return utf8.clone();
  }
}
