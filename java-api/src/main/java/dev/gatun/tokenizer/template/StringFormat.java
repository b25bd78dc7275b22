// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** {@code '{} and {name}'.format(...)}, with the sandbox's rules for attributes. */
final class StringFormat {
  private final String format;
  private final Arguments arguments;
  private final Budget budget;
  private final TextBuilder out;
  private int automatic;

  private StringFormat(String format, Arguments arguments, Budget budget) {
    this.format = format;
    this.arguments = arguments;
    this.budget = budget;
    this.out = new TextBuilder(budget);
  }

  static String format(String format, Arguments arguments, Budget budget) {
    return new StringFormat(format, arguments, budget).format();
  }

  private String format() {
    int at = 0;
    while (at < format.length()) {
      char c = format.charAt(at);
      boolean doubled = at + 1 < format.length() && format.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(c);
        at += 2;
      } else if (c == '{') {
        int end = closing(at);
        field(format.substring(at + 1, end));
        at = end + 1;
      } else if (c == '}') {
        throw TemplateException.value("single '}' encountered in format string");
      } else {
        out.append(c);
        at++;
      }
    }
    return out.toString();
  }

  private int closing(int open) {
    int depth = 0;
    for (int at = open; at < format.length(); at++) {
      char c = format.charAt(at);
      if (c == '{') {
        depth++;
      } else if (c == '}' && --depth == 0) {
        return at;
      }
    }
    throw TemplateException.value("expected '}' before end of format string");
  }

  private void field(String field) {
    budget.step();
    int colon = field.indexOf(':');
    String name = colon < 0 ? field : field.substring(0, colon);
    String spec = colon < 0 ? "" : field.substring(colon + 1);
    int bang = name.indexOf('!');
    String conversion = bang < 0 ? "" : name.substring(bang + 1);
    Object value = value(bang < 0 ? name : name.substring(0, bang));
    if (spec.indexOf('{') >= 0) {
      throw TemplateException.value("format: expected a plain specification, got a nested field");
    }
    Object shown =
        switch (conversion) {
          case "" -> value;
          case "s" -> Printer.text(value, budget);
          case "r" -> Printer.representation(value, budget);
          default -> throw TemplateException.value("format: expected the conversion !s or !r");
        };
    out.append(spec.isEmpty() ? Printer.text(shown, budget) : FormatSpec.parse(spec).format(shown));
  }

  private Object value(String path) {
    int at = 0;
    while (at < path.length() && path.charAt(at) != '.' && path.charAt(at) != '[') {
      at++;
    }
    Object value = argument(path.substring(0, at));
    while (at < path.length()) {
      budget.step();
      int begin = at + 1;
      if (path.charAt(at) == '[') {
        int end = path.indexOf(']', begin);
        if (end < 0) {
          throw TemplateException.value("format: missing ']' in format string");
        }
        String key = path.substring(begin, end);
        Object index = Numbers.parseInteger(key, 10);
        value = Attributes.item(value, index == null ? key : index);
        at = end + 1;
      } else {
        at = begin;
        while (at < path.length() && path.charAt(at) != '.' && path.charAt(at) != '[') {
          at++;
        }
        value = Attributes.attribute(value, path.substring(begin, at));
      }
    }
    return value;
  }

  private Object argument(String name) {
    Object index = name.isEmpty() ? (Object) (long) automatic++ : Numbers.parseInteger(name, 10);
    if (index instanceof Long at) {
      if (at < 0 || at >= arguments.positional().size()) {
        throw TemplateException.value("format: no argument with index " + at);
      }
      return arguments.positional().get((int) (long) at);
    }
    if (!arguments.named().containsKey(name)) {
      throw TemplateException.value("format: an argument is missing for a named field");
    }
    return arguments.named().get(name);
  }
}
