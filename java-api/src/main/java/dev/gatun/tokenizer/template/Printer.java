// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;

/** {@code str()} and {@code repr()} of Python. */
final class Printer {
  private Printer() {}

  /** The value as {@code {{ value }}} shows it. */
  static String text(Object value, Budget budget) {
    if (value instanceof String s) {
      return s;
    }
    TextBuilder out = new TextBuilder(budget);
    print(value, out, budget);
    return out.toString();
  }

  static void print(Object value, TextBuilder out, Budget budget) {
    switch (value) {
      case String s -> out.append(s);
      case Markup m -> out.append(m.text());
      case Undefined u -> {}
      case null, default -> represent(value, out, budget, 0);
    }
  }

  static String representation(Object value, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    represent(value, out, budget, 0);
    return out.toString();
  }

  private static void represent(Object value, TextBuilder out, Budget budget, int depth) {
    budget.step();
    budget.valueDepth(depth);
    switch (value) {
      case null -> out.append("None");
      case Boolean b -> out.append(b ? "True" : "False");
      case Long n -> out.append(Long.toString(n));
      case BigInteger n -> out.append(n.toString());
      case Double d -> out.append(real(d));
      case String s -> quote(s, out);
      case List<?> list -> items(list, "[", "]", out, budget, depth);
      case Tuple tuple ->
          items(tuple.items(), "(", tuple.items().size() == 1 ? ",)" : ")", out, budget, depth);
      case Dict dict -> dict(dict, out, budget, depth);
      case DictView view -> items(view.items(), view.kind() + "([", "])", out, budget, depth);
      case Range range -> range(range, out);
      case Undefined u -> out.append("Undefined");
      default ->
          throw TemplateException.value(
              "a value of type '" + Types.name(value) + "' has no text; expected data");
    }
  }

  private static void items(
      List<?> items, String open, String close, TextBuilder out, Budget budget, int depth) {
    out.append(open);
    for (int i = 0; i < items.size(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      represent(items.get(i), out, budget, depth + 1);
    }
    out.append(close);
  }

  private static void dict(Dict dict, TextBuilder out, Budget budget, int depth) {
    out.append('{');
    for (Iterator<Dict.Item> items = dict.items().iterator(); items.hasNext(); ) {
      Dict.Item item = items.next();
      represent(item.key(), out, budget, depth + 1);
      out.append(": ");
      represent(item.value(), out, budget, depth + 1);
      if (items.hasNext()) {
        out.append(", ");
      }
    }
    out.append('}');
  }

  private static void range(Range range, TextBuilder out) {
    long stop = range.start() + range.step() * range.size();
    out.append("range(" + range.start() + ", " + stop);
    out.append(range.step() == 1 ? ")" : ", " + range.step() + ")");
  }

  /** The shortest digits that read back as the same double, in Python's layout. */
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    int exponent = shortest.precision() - shortest.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = shortest.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String digits = shortest.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + fraction
        + "e"
        + (exponent < 0 ? "-" : "+")
        + (Math.abs(exponent) < 10 ? "0" : "")
        + Math.abs(exponent);
  }

  private static void quote(String text, TextBuilder out) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      at += Character.charCount(c);
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c == quote) {
            out.append('\\').append(quote);
          } else if (isPrintable(c)) {
            out.appendCodePoint(c);
          } else if (c < 0x100) {
            out.append("\\x%02x".formatted(c));
          } else if (c < 0x10000) {
            out.append("\\u%04x".formatted(c));
          } else {
            out.append("\\U%08x".formatted(c));
          }
        }
      }
    }
    out.append(quote);
  }

  /** {@code str.isprintable()} of one character. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
