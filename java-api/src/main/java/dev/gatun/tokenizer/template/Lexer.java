// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into text and tags with the white-space rules of {@code trim_blocks} and {@code
 * lstrip_blocks}: a line end after a block tag or comment is dropped, and so are the blanks that
 * stand alone before one. What is inside a tag is left to {@link TagLexer}.
 */
final class Lexer {
  /** Real templates have a few thousand; the list must not fill the heap. */
  private static final int MAX_TOKENS = 50_000;

  private static final Pattern RAW_BEGIN = Pattern.compile("\\{%[-+]?\\s*+raw\\s*+(-?)%\\}");
  private static final Pattern RAW_END = Pattern.compile("\\{%([-+]?)\\s*+endraw\\s*+([-+]?)%\\}");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private int lineCountedTo;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    Lexer lexer = new Lexer(normalized(template));
    lexer.scan();
    lexer.add(Token.Type.END, "", null);
    return lexer.tokens;
  }

  private static String normalized(String template) {
    String text = template;
    if (text.indexOf('\r') >= 0) {
      text = text.replace("\r\n", "\n").replace('\r', '\n');
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }

  private void scan() {
    while (position < source.length()) {
      int tag = nextTag();
      if (tag < 0) {
        addData(source.substring(position));
        position = source.length();
        return;
      }
      char kind = source.charAt(tag + 1);
      addData(textBefore(tag, kind));
      position = tag;
      switch (kind) {
        case '#' -> skipComment();
        case '%' -> {
          Matcher raw = RAW_BEGIN.matcher(source).region(tag, source.length());
          if (raw.lookingAt()) {
            readRaw(raw);
          } else {
            readTag(Token.Type.BLOCK_BEGIN, Token.Type.BLOCK_END);
          }
        }
        default -> readTag(Token.Type.VARIABLE_BEGIN, Token.Type.VARIABLE_END);
      }
    }
  }

  private int nextTag() {
    for (int at = source.indexOf('{', position); at >= 0; at = source.indexOf('{', at + 1)) {
      char next = at + 1 < source.length() ? source.charAt(at + 1) : ' ';
      if (next == '{' || next == '%' || next == '#') {
        return at;
      }
    }
    return -1;
  }

  private char signAt(int at) {
    char c = at < source.length() ? source.charAt(at) : ' ';
    return c == '-' || c == '+' ? c : ' ';
  }

  private String textBefore(int tag, char kind) {
    String text = source.substring(position, tag);
    return stripped(text, signAt(tag + 2), kind != '{');
  }

  /** Applies a tag's sign to the text before it; needs {@link #position} at the text's begin. */
  private String stripped(String text, char sign, boolean block) {
    if (sign == '-') {
      return PythonText.stripRight(text);
    }
    if (sign == '+' || !block) {
      return text;
    }
    int lineBegin = text.lastIndexOf('\n') + 1;
    boolean atLineBegin = lineBegin > 0 || position == 0 || source.charAt(position - 1) == '\n';
    return atLineBegin && PythonText.isBlank(text, lineBegin) ? text.substring(0, lineBegin) : text;
  }

  private void skipComment() {
    int begin = position + 2;
    int end = source.indexOf("#}", begin + (signAt(begin) == ' ' ? 0 : 1));
    if (end < 0) {
      throw TemplateException.syntax(lineAt(position), "missing end of comment tag, expected '#}'");
    }
    char sign = end - 1 > begin ? signAt(end - 1) : ' ';
    position = afterTag(end + 2, sign, true);
  }

  private void readRaw(Matcher begin) {
    int tag = position;
    position = begin.end();
    if (!begin.group(1).isEmpty()) {
      position = PythonText.skipSpace(source, position);
    }
    Matcher end = RAW_END.matcher(source);
    if (!end.find(position)) {
      throw TemplateException.syntax(
          lineAt(tag), "missing end of raw directive, expected '{% endraw %}'");
    }
    String text = source.substring(position, end.start());
    addData(stripped(text, end.group(1).isEmpty() ? ' ' : end.group(1).charAt(0), true));
    char sign = end.group(2).isEmpty() ? ' ' : end.group(2).charAt(0);
    position = afterTag(end.end(), sign, true);
  }

  private void readTag(Token.Type beginType, Token.Type endType) {
    boolean block = beginType == Token.Type.BLOCK_BEGIN;
    int begin = position;
    add(beginType, source.substring(begin, begin + 2), null);
    position += signAt(begin + 2) == ' ' ? 2 : 3;
    TagLexer tag = new TagLexer(source, position, block);
    while (true) {
      position = PythonText.skipSpace(source, tag.position());
      int end = tag.endAt(position);
      if (end >= 0) {
        add(endType, "", null);
        position = afterTag(end, source.charAt(position), block);
        return;
      }
      if (position >= source.length()) {
        throw TemplateException.syntax(
            lineAt(begin), "unexpected end of template, expected '" + (block ? "%}" : "}}") + "'");
      }
      add(tag.next(position, lineAt(position)));
    }
  }

  /** Where text goes on after a tag that ends before {@code at}. */
  private int afterTag(int at, char sign, boolean block) {
    if (sign == '-') {
      return PythonText.skipSpace(source, at);
    }
    boolean dropLineEnd = block && sign != '+' && at < source.length() && source.charAt(at) == '\n';
    return dropLineEnd ? at + 1 : at;
  }

  private int lineAt(int offset) {
    for (; lineCountedTo < offset; lineCountedTo++) {
      if (source.charAt(lineCountedTo) == '\n') {
        line++;
      }
    }
    return line;
  }

  private void addData(String text) {
    if (!text.isEmpty()) {
      add(Token.Type.DATA, text, null);
    }
  }

  private void add(Token.Type type, String text, Object value) {
    add(new Token(type, text, value, lineAt(position)));
  }

  private void add(Token token) {
    if (tokens.size() >= MAX_TOKENS) {
      throw new TemplateException(
          TemplateException.Kind.LIMIT,
          "the template is too long: expected at most " + MAX_TOKENS + " tokens",
          token.line());
    }
    tokens.add(token);
  }
}
