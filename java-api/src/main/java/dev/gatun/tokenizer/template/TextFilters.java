// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that make text of a value. */
final class TextFilters {
  private static final Pattern TITLE_WORDS = Pattern.compile("([-\\s({\\[<]++)|([^-\\s({\\[<]++)");
  private static final Pattern WORD = Pattern.compile("\\w++", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static void addTo(Map<String, FilterOperation> filters) {
    filters.put("string", simple("string", (text, budget) -> text));
    filters.put("safe", simple("safe", (text, budget) -> new Markup(text)));
    filters.put("upper", simple("upper", (text, budget) -> PythonText.upper(text)));
    filters.put("lower", simple("lower", (text, budget) -> PythonText.lower(text)));
    filters.put("capitalize", simple("capitalize", (text, budget) -> PythonText.capitalized(text)));
    filters.put("title", simple("title", TextFilters::title));
    filters.put(
        "escape", simple("escape", (text, budget) -> new Markup(Markup.escaped(text, budget))));
    filters.put("e", filters.get("escape"));
    filters.put("forceescape", filters.get("escape"));
    filters.put("urlencode", simple("urlencode", TextFilters::urlEncode));
    filters.put(
        "wordcount",
        (value, arguments, rendering) -> WORD.matcher(text(value, rendering)).results().count());
    filters.put("trim", TextFilters::trim);
    filters.put("replace", TextFilters::replace);
    filters.put("indent", TextFilters::indent);
    filters.put("center", TextFilters::center);
    filters.put("truncate", TextFilters::truncate);
    filters.put("format", TextFilters::format);
  }

  private interface TextOperation {
    Object apply(String text, Budget budget);
  }

  private static FilterOperation simple(String name, TextOperation operation) {
    return (value, arguments, rendering) -> {
      arguments.bind(name);
      String text = text(value, rendering);
      rendering.budget().chars(text.length());
      return operation.apply(text, rendering.budget());
    };
  }

  private static String text(Object value, Rendering rendering) {
    return Printer.text(value, rendering.budget());
  }

  private static String title(String text, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    Matcher words = TITLE_WORDS.matcher(text);
    while (words.find()) {
      budget.step();
      String word = words.group();
      out.append(words.group(1) != null ? word : PythonText.capitalized(word));
    }
    return out.toString();
  }

  private static String urlEncode(String text, Budget budget) {
    budget.chars(3L * text.length());
    // Form encoding differs from Python's quote in these four.
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~")
        .replace("%2F", "/");
  }

  private static Object trim(Object value, Arguments arguments, Rendering rendering) {
    Object characters = arguments.bind("trim", "chars?")[0];
    String text = text(value, rendering);
    rendering.budget().chars(text.length());
    return StringMethods.strip(text, true, true, characters);
  }

  private static Object replace(Object value, Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bind("replace", "old", "new", "count?");
    boolean all = given[2] == Arguments.ABSENT || given[2] == null;
    return StringMethods.replace(
        text(value, rendering),
        text(given[0], rendering),
        text(given[1], rendering),
        all ? -1 : Types.asInt(given[2], "replace: count"),
        rendering.budget());
  }

  private static Object indent(Object value, Arguments arguments, Rendering rendering) {
    Budget budget = rendering.budget();
    Object[] given = arguments.bind("indent", "width?", "first?", "blank?");
    boolean first = given[1] != Arguments.ABSENT && Types.truth(given[1]);
    boolean blank = given[2] != Arguments.ABSENT && Types.truth(given[2]);
    String text = Types.asString(value, "indent");
    String indentation =
        switch (given[0]) {
          case String s -> s;
          case Object absent when absent == Arguments.ABSENT -> "    ";
          case null, default ->
              new TextBuilder(budget)
                  .repeat(" ", Types.asLong(given[0], "indent: width"))
                  .toString();
        };
    TextBuilder out = new TextBuilder(budget);
    out.append(first ? indentation : "");
    List<Object> lines = PythonText.lines(text + "\n", false, budget);
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      if (i > 0) {
        out.append('\n').append(blank || !line.isEmpty() ? indentation : "");
      }
      out.append(line);
    }
    return out.toString();
  }

  private static Object center(Object value, Arguments arguments, Rendering rendering) {
    Object width = arguments.bind("center", "width?")[0];
    Arguments columns = Arguments.of(width == Arguments.ABSENT ? (Object) 80L : width);
    return StringMethods.call(text(value, rendering), "center", columns, rendering.budget());
  }

  private static Object truncate(Object value, Arguments arguments, Rendering rendering) {
    Object[] given = arguments.bind("truncate", "length?", "killwords?", "end?", "leeway?");
    String text = text(value, rendering);
    int length = given[0] == Arguments.ABSENT ? 255 : Types.asInt(given[0], "truncate: length");
    String end = given[2] == Arguments.ABSENT ? "..." : text(given[2], rendering);
    int leeway =
        given[3] == Arguments.ABSENT || given[3] == null
            ? 5
            : Types.asInt(given[3], "truncate: leeway");
    if (PythonText.length(text) <= (long) length + leeway) {
      return text;
    }
    int kept = length - PythonText.length(end);
    if (kept < 0) {
      throw TemplateException.value("truncate: expected a length that the end fits in");
    }
    String cut = text.substring(0, text.offsetByCodePoints(0, kept));
    boolean killWords = given[1] != Arguments.ABSENT && Types.truth(given[1]);
    int blank = cut.lastIndexOf(' ');
    return (killWords || blank < 0 ? cut : cut.substring(0, blank)) + end;
  }

  private static Object format(Object value, Arguments arguments, Rendering rendering) {
    Object values = new Tuple(new ArrayList<>(arguments.positional()));
    if (!arguments.named().isEmpty()) {
      Dict named = new Dict();
      arguments.named().forEach(named::put);
      values = named;
    }
    return PercentFormat.format(text(value, rendering), values, rendering.budget());
  }
}
