// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code '%s of %d' % (a, b)}. */
final class PercentFormat {
  private static final Pattern FIELD =
      Pattern.compile("%(?:\\(([^)]*+)\\))?([-+ 0#]*+)([0-9]{0,9})(?:\\.([0-9]{0,9}))?([a-zA-Z%])");

  private final Object values;
  private final List<Object> positional;
  private final Budget budget;
  private int used;

  private PercentFormat(Object values, Budget budget) {
    this.values = values;
    this.positional = values instanceof Tuple tuple ? tuple.items() : Arrays.asList(values);
    this.budget = budget;
  }

  static String format(String format, Object values, Budget budget) {
    return new PercentFormat(values, budget).format(format);
  }

  private String format(String format) {
    TextBuilder out = new TextBuilder(budget);
    Matcher fields = FIELD.matcher(format);
    int at = 0;
    for (int percent = format.indexOf('%'); percent >= 0; percent = format.indexOf('%', at)) {
      out.append(format, at, percent);
      if (!fields.region(percent, format.length()).lookingAt()) {
        throw malformed(format, percent);
      }
      budget.step();
      out.append(field(fields));
      at = fields.end();
    }
    out.append(format, at, format.length());
    if (used < positional.size() && !(values instanceof Dict) && !(values instanceof List<?>)) {
      throw TemplateException.value("not all arguments converted during string formatting");
    }
    return out.toString();
  }

  private static TemplateException malformed(String format, int at) {
    long digits =
        format
            .substring(at, Math.min(at + 40, format.length()))
            .chars()
            .filter(Character::isDigit)
            .count();
    return digits > 9
        ? TemplateException.limit("a format is too wide: expected at most 9 digits of width")
        : TemplateException.value("incomplete or unsupported format after '%'");
  }

  private String field(Matcher field) {
    char type = field.group(5).charAt(0);
    if (type == '%') {
      return "%";
    }
    Object value = field.group(1) == null ? nextValue() : named(field.group(1));
    String flags = field.group(2);
    boolean left = flags.indexOf('-') >= 0;
    boolean zero = !left && flags.indexOf('0') >= 0 && "sra".indexOf(type) < 0;
    int width = field.group(3).isEmpty() ? 0 : Integer.parseInt(field.group(3));
    int precision =
        field.group(4) == null
            ? -1
            : field.group(4).isEmpty() ? 0 : Integer.parseInt(field.group(4));
    char sign = flags.indexOf('+') >= 0 ? '+' : flags.indexOf(' ') >= 0 ? ' ' : '-';
    FormatSpec spec =
        new FormatSpec(
            zero ? "0" : " ",
            left ? '<' : zero ? '=' : '>',
            sign,
            flags.indexOf('#') >= 0,
            width,
            false,
            precision,
            type == 's' || type == 'r' ? ' ' : type);
    return switch (type) {
      case 's' -> spec.text(Printer.text(value, budget));
      case 'r' -> spec.text(Printer.representation(value, budget));
      case 'd', 'i', 'u' -> spec.format(whole(value));
      case 'x', 'X', 'o' -> spec.format(requireInteger(value));
      case 'c' -> value instanceof String s ? s : spec.format(requireInteger(value));
      case 'e', 'E', 'f', 'F', 'g', 'G' -> spec.format(requireNumber(value));
      default -> throw TemplateException.value("unsupported format character '" + type + "'");
    };
  }

  private Object nextValue() {
    if (used >= positional.size()) {
      throw TemplateException.value("not enough arguments for format string");
    }
    return positional.get(used++);
  }

  private Object named(String name) {
    if (!(values instanceof Dict dict)) {
      throw TemplateException.value("format requires a mapping");
    }
    Object value = dict.get(name, Arguments.ABSENT);
    if (value == Arguments.ABSENT) {
      throw TemplateException.value("the mapping of a format misses a key");
    }
    return value;
  }

  private static Object whole(Object value) {
    return requireNumber(value) instanceof Double d ? Numbers.truncated(d) : value;
  }

  private static Object requireInteger(Object value) {
    if (!Types.isInteger(value)) {
      throw TemplateException.value("%x format: an integer is required, not " + Types.name(value));
    }
    return value;
  }

  private static Object requireNumber(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    if (!Types.isNumber(value)) {
      throw TemplateException.value("a number is required, not " + Types.name(value));
    }
    return value;
  }
}
