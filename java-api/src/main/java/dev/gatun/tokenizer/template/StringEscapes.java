// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** The backslash escapes of Python's string literals; an unknown one stays as it is. */
final class StringEscapes {
  private StringEscapes() {}

  static String unescaped(String body, int line) {
    if (body.indexOf('\\') < 0) {
      return body;
    }
    StringBuilder text = new StringBuilder(body.length());
    int at = 0;
    while (at < body.length()) {
      char c = body.charAt(at++);
      if (c != '\\' || at == body.length()) {
        text.append(c);
        continue;
      }
      char escape = body.charAt(at++);
      switch (escape) {
        case '\n' -> {}
        case '\\', '\'', '"' -> text.append(escape);
        case 'a' -> text.append('\007');
        case 'b' -> text.append('\b');
        case 'f' -> text.append('\f');
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        case 't' -> text.append('\t');
        case 'v' -> text.append('\013');
        case 'x' -> at = hexadecimal(body, at, 2, text, line);
        case 'u' -> at = hexadecimal(body, at, 4, text, line);
        case 'U' -> at = hexadecimal(body, at, 8, text, line);
        case '0', '1', '2', '3', '4', '5', '6', '7' -> at = octal(body, at - 1, text);
        default -> text.append('\\').append(escape);
      }
    }
    return text.toString();
  }

  private static int hexadecimal(String body, int at, int digits, StringBuilder text, int line) {
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = i < body.length() ? Character.digit(body.charAt(i), 16) : -1;
      if (digit < 0) {
        throw TemplateException.syntax(
            line, "a string has a truncated escape, expected " + digits + " hexadecimal digits");
      }
      value = value << 4 | digit;
    }
    if (!Character.isValidCodePoint(value)) {
      throw TemplateException.syntax(line, "a string escape is no Unicode character");
    }
    text.appendCodePoint(value);
    return at + digits;
  }

  private static int octal(String body, int at, StringBuilder text) {
    int value = 0;
    int i = at;
    for (; i < body.length() && i < at + 3; i++) {
      int digit = Character.digit(body.charAt(i), 8);
      if (digit < 0) {
        break;
      }
      value = value << 3 | digit;
    }
    text.append((char) value);
    return i;
  }
}
