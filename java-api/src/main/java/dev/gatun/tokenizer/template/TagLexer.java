// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the tokens inside one tag; brackets must pair before the tag may end. */
final class TagLexer {
  private static final Pattern INTEGER =
      Pattern.compile(
          "(?i)0b(?:_?[01])++|0o(?:_?[0-7])++|0x(?:_?[0-9a-f])++|[1-9](?:_?[0-9])*+|0(?:_?0)*+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?i)[0-9](?:_?[0-9])*+(?:(?:\\.[0-9](?:_?[0-9])*+)?e[+-]?[0-9](?:_?[0-9])*+"
              + "|\\.[0-9](?:_?[0-9])*+)");
  private static final String[] OPERATORS = {
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
    ">", "<", "=", ".", ":", "|", ",", ";"
  };
  private static final int MAX_DIGITS = 310;

  private final String source;
  private final boolean block;
  private final StringBuilder open = new StringBuilder();
  private int position;

  TagLexer(String source, int position, boolean block) {
    this.source = source;
    this.position = position;
    this.block = block;
  }

  int position() {
    return position;
  }

  /** The offset after the tag's end when the tag ends at {@code at}, else -1. */
  int endAt(int at) {
    if (!open.isEmpty()) {
      return -1;
    }
    String end = block ? "%}" : "}}";
    if (source.startsWith(end, at)) {
      return at + 2;
    }
    char sign = at < source.length() ? source.charAt(at) : ' ';
    boolean signed = sign == '-' || (block && sign == '+');
    return signed && source.startsWith(end, at + 1) ? at + 3 : -1;
  }

  /** The token at {@code at}, which is neither white space nor the tag's end. */
  Token next(int at, int line) {
    char c = source.charAt(at);
    if (c == '"' || c == '\'') {
      return string(at, c, line);
    }
    if (c >= '0' && c <= '9') {
      return number(at, line);
    }
    int first = source.codePointAt(at);
    if (first == '_' || Character.isLetter(first)) {
      int end = at;
      while (end < source.length() && isNamePart(source.codePointAt(end))) {
        end += Character.charCount(source.codePointAt(end));
      }
      return token(Token.Type.NAME, at, end, null, line);
    }
    for (String operator : OPERATORS) {
      if (source.startsWith(operator, at)) {
        balance(operator.charAt(0), line);
        return token(Token.Type.OPERATOR, at, at + operator.length(), null, line);
      }
    }
    throw TemplateException.syntax(
        line, "unexpected character '" + Character.toString(first) + "' in a tag");
  }

  private static boolean isNamePart(int c) {
    return c == '_'
        || Character.isLetterOrDigit(c)
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private Token token(Token.Type type, int from, int to, Object value, int line) {
    position = to;
    return new Token(type, source.substring(from, to), value, line);
  }

  private Token number(int at, int line) {
    boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
    Matcher decimal = FLOAT.matcher(source).region(at, source.length());
    if (!afterDot && decimal.lookingAt()) {
      double value = Double.parseDouble(decimal.group().replace("_", ""));
      return token(Token.Type.FLOAT, at, decimal.end(), value, line);
    }
    Matcher whole = INTEGER.matcher(source).region(at, source.length());
    if (!whole.lookingAt()) {
      throw TemplateException.syntax(line, "expected a number");
    }
    String digits = whole.group().replace("_", "");
    if (digits.length() > MAX_DIGITS) {
      throw new TemplateException(
          TemplateException.Kind.LIMIT,
          "a number is too long: expected at most " + MAX_DIGITS + " digits",
          line);
    }
    int radix =
        switch (digits.length() > 1 ? Character.toLowerCase(digits.charAt(1)) : '0') {
          case 'x' -> 16;
          case 'o' -> 8;
          case 'b' -> 2;
          default -> 10;
        };
    BigInteger value = new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
    return token(Token.Type.INTEGER, at, whole.end(), Arithmetic.integer(value), line);
  }

  private Token string(int at, char quote, int line) {
    int end = at + 1;
    while (end < source.length() && source.charAt(end) != quote) {
      end += source.charAt(end) == '\\' ? 2 : 1;
    }
    if (end >= source.length()) {
      throw TemplateException.syntax(line, "a string is not closed, expected " + quote);
    }
    String value = StringEscapes.unescaped(source.substring(at + 1, end), line);
    return token(Token.Type.STRING, at, end + 1, value, line);
  }

  private void balance(char c, int line) {
    int opening = "([{".indexOf(c);
    int closing = ")]}".indexOf(c);
    if (opening >= 0) {
      open.append(")]}".charAt(opening));
    } else if (closing >= 0) {
      if (open.isEmpty()) {
        throw TemplateException.syntax(line, "unexpected '" + c + "'");
      }
      char expected = open.charAt(open.length() - 1);
      if (expected != c) {
        throw TemplateException.syntax(line, "unexpected '" + c + "', expected '" + expected + "'");
      }
      open.setLength(open.length() - 1);
    }
  }
}
