// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/**
 * One token of a template.
 *
 * @param value the number or the unescaped string; for other types null
 */
record Token(Type type, String text, Object value, int line) {
  enum Type {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Type wanted, String wantedText) {
    return type == wanted && text.equals(wantedText);
  }

  boolean isName(String wanted) {
    return is(Type.NAME, wanted);
  }

  boolean isOperator(String wanted) {
    return is(Type.OPERATOR, wanted);
  }

  /** How the token is called in a message. */
  String described() {
    return switch (type) {
      case VARIABLE_END -> "end of print statement";
      case BLOCK_END -> "end of statement block";
      case END -> "end of template";
      case DATA, VARIABLE_BEGIN, BLOCK_BEGIN -> "text outside of a tag";
      case NAME, STRING, INTEGER, FLOAT, OPERATOR ->
          "'" + (text.length() <= 40 ? text : text.substring(0, 40) + "...") + "'";
    };
  }
}
