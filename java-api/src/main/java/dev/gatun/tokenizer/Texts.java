// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;

/** Checks and quoting of strings that come from files. */
final class Texts {
  private static final int QUOTED_LENGTH = 40;

  private Texts() {}

  /** A string for a message: shortened, control characters escaped. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .limit(QUOTED_LENGTH)
        .forEach(c -> {
          if (Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE) {
            quoted.append(String.format("\\u%04x", c));
          } else {
            quoted.appendCodePoint(c);
          }
        });
    return quoted.append(text.length() > 2 * QUOTED_LENGTH ? "...\"" : "\"").toString();
  }

  /** Whether every surrogate has its partner, so that UTF-8 can hold the text. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  static void requireWellFormed(String source, String what, String text) {
    if (!isWellFormed(text)) {
      throw new ModelFormatException(
          source
              + ": "
              + what
              + ", "
              + quote(text)
              + ", holds an unpaired surrogate; the file is damaged, obtain it again");
    }
  }

  /** The text with unpaired surrogates replaced by U+FFFD. */
  static String wellFormed(String text) {
    if (isWellFormed(text)) {
      return text;
    }
    StringBuilder fixed = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> fixed.appendCodePoint(Character.getType(c) == Character.SURROGATE ? 0xFFFD : c));
    return fixed.toString();
  }
}
