// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** {@code tojson}: what Python's json module writes. */
final class JsonWriter {
  private final TextBuilder out;
  private final Budget budget;
  private final boolean ensureAscii;
  private final String indent;
  private final String itemSeparator;
  private final String keySeparator;
  private final boolean sortKeys;

  private JsonWriter(
      Budget budget,
      boolean ensureAscii,
      String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys) {
    this.out = new TextBuilder(budget);
    this.budget = budget;
    this.ensureAscii = ensureAscii;
    this.indent = indent;
    this.itemSeparator = itemSeparator;
    this.keySeparator = keySeparator;
    this.sortKeys = sortKeys;
  }

  /** The filter: {@code value|tojson(ensure_ascii, indent, separators, sort_keys)}. */
  static String filter(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] options =
        arguments.bind("tojson", "ensure_ascii?", "indent?", "separators?", "sort_keys?");
    String indent = indent(options[1], budget);
    String item = indent == null ? ", " : ",";
    String key = ": ";
    if (options[2] != Arguments.ABSENT && options[2] != null) {
      List<Object> separators = Sequences.list(options[2], budget);
      if (separators.size() != 2) {
        throw TemplateException.value("tojson: expected two separators, got " + separators.size());
      }
      item = Types.asString(separators.get(0), "tojson: separator");
      key = Types.asString(separators.get(1), "tojson: separator");
    }
    JsonWriter writer =
        new JsonWriter(budget, isTrue(options[0]), indent, item, key, isTrue(options[3]));
    writer.write(value, 0);
    return writer.out.toString();
  }

  private static boolean isTrue(Object option) {
    return option != Arguments.ABSENT && Types.truth(option);
  }

  private static String indent(Object option, Budget budget) {
    return switch (option) {
      case null -> null;
      case String s -> s;
      case Object absent when absent == Arguments.ABSENT -> null;
      default ->
          new TextBuilder(budget).repeat(" ", Types.asLong(option, "tojson: indent")).toString();
    };
  }

  private void write(Object value, int depth) {
    budget.step();
    budget.valueDepth(depth);
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b ? "true" : "false");
      case Long n -> out.append(Long.toString(n));
      case BigInteger n -> out.append(n.toString());
      case Double d -> out.append(real(d));
      case String s -> quote(s);
      case List<?> list -> items(list, depth);
      case Tuple tuple -> items(tuple.items(), depth);
      case Dict dict -> members(dict, depth);
      default -> throw notSerializable(value);
    }
  }

  private static TemplateException notSerializable(Object value) {
    return TemplateException.value(
        "Object of type " + Types.name(value) + " is not JSON serializable");
  }

  private static String real(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    return Printer.real(value);
  }

  private void items(List<?> items, int depth) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i > 0, depth + 1);
      write(items.get(i), depth + 1);
    }
    lineEnd(depth);
    out.append(']');
  }

  private void members(Dict dict, int depth) {
    if (dict.size() == 0) {
      out.append("{}");
      return;
    }
    List<Dict.Item> members = new ArrayList<>(dict.items());
    if (sortKeys) {
      budget.items(members.size());
      members.sort((a, b) -> Comparison.order(budget).compare(a.key(), b.key()));
    }
    out.append('{');
    for (int i = 0; i < members.size(); i++) {
      Dict.Item member = members.get(i);
      separate(i > 0, depth + 1);
      quote(key(member.key()));
      out.append(keySeparator);
      write(member.value(), depth + 1);
    }
    lineEnd(depth);
    out.append('}');
  }

  private void separate(boolean needed, int depth) {
    if (needed) {
      out.append(itemSeparator);
    }
    lineEnd(depth);
  }

  private void lineEnd(int depth) {
    if (indent != null) {
      out.append('\n');
      out.repeat(indent, depth);
    }
  }

  private static String key(Object key) {
    return switch (key) {
      case null -> "null";
      case String s -> s;
      case Boolean b -> b ? "true" : "false";
      case Long n -> n.toString();
      case BigInteger n -> n.toString();
      case Double d -> real(d);
      default ->
          throw TemplateException.value(
              "tojson: keys must be str, int, float, bool or None, not " + Types.name(key));
    };
  }

  private void quote(String text) {
    out.append('"');
    int plainFrom = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean plain = c >= ' ' && c != '"' && c != '\\' && (c < 0x7f || !ensureAscii);
      if (!plain) {
        out.append(text, plainFrom, at);
        plainFrom = at + 1;
        escape(c);
      }
    }
    out.append(text, plainFrom, text.length());
    out.append('"');
  }

  private void escape(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      default -> out.append("\\u%04x".formatted((int) c));
    }
  }
}
