// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/**
 * Text that a filter declared safe. It is a string for everything but {@code +}, which escapes the
 * other side: templates that mix the two depend on it. Lists, arguments and filters see the plain
 * text.
 */
record Markup(String text) {
  static Object plain(Object value) {
    return value instanceof Markup markup ? markup.text() : value;
  }

  static String escaped(String text, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&#34;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** {@code left + right} where at least one side is declared safe. */
  static Object sum(Object left, Object right, Budget budget) {
    Object plainLeft = plain(left);
    Object plainRight = plain(right);
    if (!(plainLeft instanceof String a) || !(plainRight instanceof String b)) {
      return Arithmetic.binary("+", plainLeft, plainRight, budget);
    }
    String safeLeft = left instanceof Markup ? a : escaped(a, budget);
    String safeRight = right instanceof Markup ? b : escaped(b, budget);
    return new Markup((String) Arithmetic.add(safeLeft, safeRight, budget));
  }
}
