// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;

/** The tokens of a template with a cursor, and the limit on the parser's nesting. */
final class TokenStream {
  private final List<Token> tokens;
  private final int maxDepth;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens, int maxDepth) {
    this.tokens = tokens;
    this.maxDepth = maxDepth;
  }

  Token current() {
    return tokens.get(at);
  }

  /** The token after the current one; the last token is its own successor. */
  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = current();
    at = Math.min(at + 1, tokens.size() - 1);
    return token;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  String expectAnyName() {
    if (current().type() != Token.Type.NAME) {
      throw unexpected("a name");
    }
    return next().text();
  }

  void expect(Token.Type type) {
    if (current().type() != type) {
      throw unexpected(new Token(type, "", null, 0).described());
    }
    next();
  }

  TemplateException unexpected(String expected) {
    return TemplateException.syntax(
        current().line(), "expected " + expected + ", got " + current().described());
  }

  /** Enters one level of nesting; pair with {@link #leave()}. */
  void enter() {
    if (++depth > maxDepth) {
      throw new TemplateException(
          TemplateException.Kind.LIMIT,
          "the template is nested too deeply: expected at most " + maxDepth + " levels",
          current().line());
    }
  }

  void leave() {
    depth--;
  }
}
