// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's view of a string: code points, its white space, its slices and line ends. */
final class PythonText {
  private PythonText() {}

  /** {@code str.isspace()} of one character. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  static int skipSpace(String text, int from) {
    int at = from;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** Whether something stands at {@code from} and after, and all of it is white space. */
  static boolean isBlank(String text, int from) {
    return from < text.length() && skipSpace(text, from) == text.length();
  }

  static String strip(String text, boolean left, boolean right, IntPredicate dropped) {
    int begin = 0;
    int end = text.length();
    while (left && begin < end && dropped.test(text.codePointAt(begin))) {
      begin += Character.charCount(text.codePointAt(begin));
    }
    while (right && begin < end && dropped.test(text.codePointBefore(end))) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(begin, end);
  }

  static String stripRight(String text) {
    return strip(text, false, true, PythonText::isSpace);
  }

  static String strip(String text) {
    return strip(text, true, true, PythonText::isSpace);
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The characters as strings, as iteration over a str gives them. */
  static List<Object> characters(String text, Budget budget) {
    budget.items(2L * text.length());
    List<Object> characters = new ArrayList<>(text.length());
    text.codePoints().forEach(c -> characters.add(Character.toString(c)));
    return characters;
  }

  static String character(String text, int index) {
    int begin = text.offsetByCodePoints(0, index);
    return text.substring(begin, text.offsetByCodePoints(begin, 1));
  }

  /** {@code str.splitlines()}. */
  static List<Object> lines(String text, boolean keepEnds, Budget budget) {
    budget.chars(text.length());
    List<Object> lines = new ArrayList<>();
    int begin = 0;
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (!isLineEnd(c)) {
        continue;
      }
      int end = at - 1;
      if (c == '\r' && at < text.length() && text.charAt(at) == '\n') {
        at++;
      }
      budget.items(2);
      lines.add(text.substring(begin, keepEnds ? at : end));
      begin = at;
    }
    if (begin < text.length()) {
      lines.add(text.substring(begin));
    }
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return (c >= '\n' && c <= '\r')
        || (c >= 0x1c && c <= 0x1e)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /** Order by code points, where Java's order of surrogates differs. */
  static int compare(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean xAstral = Character.isSurrogate(x);
        boolean yAstral = Character.isSurrogate(y);
        return xAstral == yAstral ? Character.compare(x, y) : Boolean.compare(xAstral, yAstral);
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    return titleCase(text.codePointAt(0)) + lower(text.substring(end));
  }

  /** {@code str.title()}: the first letter of every run of letters is a capital. */
  static String title(String text) {
    StringBuilder title = new StringBuilder(text.length());
    boolean inWord = false;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      title.append(inWord ? lower(Character.toString(c)) : titleCase(c));
      inWord = isCased(c);
    }
    return title.toString();
  }

  static boolean isCased(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  static String titleCase(int c) {
    String upper = upper(Character.toString(c));
    return upper.codePointCount(0, upper.length()) == 1
        ? Character.toString(Character.toTitleCase(c))
        : upper.substring(0, 1) + lower(upper.substring(1));
  }

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
