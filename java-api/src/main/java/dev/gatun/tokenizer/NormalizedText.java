// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Arrays;

/** A text under construction whose code points know their place in the original text. */
final class NormalizedText {
  private final StringBuilder text;
  private int[] starts; // [code points]: first original code point
  private int[] ends; // [code points]: behind the last original code point
  private int length;

  NormalizedText(int expected) {
    text = new StringBuilder(expected + 16);
    starts = new int[expected + 16];
    ends = new int[expected + 16];
  }

  void append(int codePoint, int start, int end) {
    if (length == starts.length) {
      starts = Arrays.copyOf(starts, 2 * length);
      ends = Arrays.copyOf(ends, 2 * length);
    }
    text.appendCodePoint(codePoint);
    starts[length] = start;
    ends[length++] = end;
  }

  void append(String part, int start, int end) {
    part.codePoints().forEach(c -> append(c, start, end));
  }

  boolean isEmpty() {
    return length == 0;
  }

  /** Whether the last code point is this one. */
  boolean endsWith(int codePoint) {
    return length > 0 && text.codePointBefore(text.length()) == codePoint;
  }

  void removeLast() {
    text.setLength(text.length() - Character.charCount(text.codePointBefore(text.length())));
    length--;
  }

  String text() {
    return text.toString();
  }

  /** Turns offsets into this text, [2 n], into offsets into the original text, in place. */
  void toOriginal(int[] offsets) {
    for (int i = 0; i < offsets.length; i += 2) {
      int start = offsets[i];
      int end = offsets[i + 1];
      if (start < end) {
        offsets[i] = starts[start];
        offsets[i + 1] = ends[end - 1];
      }
    }
  }
}
