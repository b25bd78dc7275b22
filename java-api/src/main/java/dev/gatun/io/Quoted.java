// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/**
 * Text from a file as it may appear in a message: short, on one line, without control characters.
 */
final class Quoted {
  private static final int MAX_LENGTH = 120;

  private Quoted() {}

  static String of(String text) {
    StringBuilder out = new StringBuilder("\"");
    int end = Math.min(text.length(), MAX_LENGTH);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7F || Character.isSurrogate(c) || (c >= 0x80 && c < 0xA0)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(end < text.length() ? "…\"" : "\"").toString();
  }
}
