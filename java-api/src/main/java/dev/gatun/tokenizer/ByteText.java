// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text from token bytes. Byte-level tokens form one stream of UTF-8. In SentencePiece only runs of
 * byte tokens are decoded together, and a run that is not UTF-8 gives one U+FFFD per byte.
 */
final class ByteText {
  private final boolean runs;
  private final StringBuilder text;
  private byte[] pending;
  private int size;

  /**
   * An empty text.
   *
   * @param runs whether only runs of byte tokens are decoded together
   */
  ByteText(int expected, boolean runs) {
    this.runs = runs;
    text = new StringBuilder(expected);
    pending = new byte[Math.max(16, expected)];
  }

  void add(byte[] bytes, boolean isByteToken) {
    if (runs && !isByteToken) {
      flush();
      text.append(new String(bytes, StandardCharsets.UTF_8));
      return;
    }
    if (size + bytes.length > pending.length) {
      pending = Arrays.copyOf(pending, 2 * (size + bytes.length));
    }
    System.arraycopy(bytes, 0, pending, size, bytes.length);
    size += bytes.length;
  }

  private void flush() {
    if (size == 0) {
      return;
    }
    String decoded = new String(pending, 0, size, StandardCharsets.UTF_8);
    byte[] back = decoded.getBytes(StandardCharsets.UTF_8);
    boolean malformed = runs && !Arrays.equals(back, 0, back.length, pending, 0, size);
    text.append(malformed ? "\uFFFD".repeat(size) : decoded);
    size = 0;
  }

  String text() {
    flush();
    return text.toString();
  }
}
