// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** {@code split}, {@code rsplit}, {@code partition} and {@code rpartition} of {@code str}. */
final class StringSplits {
  private StringSplits() {}

  static List<Object> split(String text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.bind(name, "sep?", "maxsplit?");
    int limit = given[1] == Arguments.ABSENT ? -1 : Types.asInt(given[1], name + ": maxsplit");
    int most = limit < 0 ? Integer.MAX_VALUE : limit;
    boolean fromRight = name.equals("rsplit");
    budget.chars(text.length());
    if (given[0] == Arguments.ABSENT || given[0] == null) {
      return fromRight ? wordsFromRight(text, most, budget) : words(text, most, budget);
    }
    String separator = Types.asString(given[0], name + ": sep");
    if (separator.isEmpty()) {
      throw TemplateException.value("empty separator");
    }
    return fromRight
        ? partsFromRight(text, separator, most, budget)
        : parts(text, separator, most, budget);
  }

  private static void add(List<Object> parts, String part, Budget budget) {
    budget.items(2);
    parts.add(part);
  }

  private static List<Object> parts(String text, String separator, int most, Budget budget) {
    List<Object> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && parts.size() < most;
        at = text.indexOf(separator, from)) {
      add(parts, text.substring(from, at), budget);
      from = at + separator.length();
    }
    add(parts, text.substring(from), budget);
    return parts;
  }

  private static List<Object> partsFromRight(
      String text, String separator, int most, Budget budget) {
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    while (parts.size() < most) {
      int at = text.lastIndexOf(separator, end - separator.length());
      if (at < 0 || end < separator.length()) {
        break;
      }
      add(parts, text.substring(at + separator.length(), end), budget);
      end = at;
    }
    add(parts, text.substring(0, end), budget);
    Collections.reverse(parts);
    return parts;
  }

  private static List<Object> words(String text, int most, Budget budget) {
    List<Object> words = new ArrayList<>();
    int at = PythonText.skipSpace(text, 0);
    while (at < text.length()) {
      if (words.size() == most) {
        add(words, PythonText.stripRight(text.substring(at)), budget);
        break;
      }
      int begin = at;
      while (at < text.length() && !PythonText.isSpace(text.charAt(at))) {
        at++;
      }
      add(words, text.substring(begin, at), budget);
      at = PythonText.skipSpace(text, at);
    }
    return words;
  }

  private static List<Object> wordsFromRight(String text, int most, Budget budget) {
    List<Object> words = new ArrayList<>();
    String rest = PythonText.stripRight(text);
    while (!rest.isEmpty()) {
      int begin = rest.length();
      while (begin > 0 && !PythonText.isSpace(rest.charAt(begin - 1))) {
        begin--;
      }
      if (words.size() == most) {
        add(words, rest, budget);
        break;
      }
      add(words, rest.substring(begin), budget);
      budget.chars(begin);
      rest = PythonText.stripRight(rest.substring(0, begin));
    }
    Collections.reverse(words);
    return words;
  }

  static Tuple partition(String text, String name, Arguments arguments, Budget budget) {
    String separator = Types.asString(arguments.bindPositional(name, "sep")[0], name);
    if (separator.isEmpty()) {
      throw TemplateException.value("empty separator");
    }
    budget.chars(text.length());
    boolean fromRight = name.equals("rpartition");
    int at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return fromRight ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }
}
