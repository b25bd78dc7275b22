// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The methods of {@code str}. */
final class StringMethods {
  static final Set<String> NAMES =
      Set.of(
          "capitalize",
          "casefold",
          "center",
          "count",
          "endswith",
          "expandtabs",
          "find",
          "format",
          "index",
          "isalnum",
          "isalpha",
          "isascii",
          "isdecimal",
          "isdigit",
          "islower",
          "isnumeric",
          "isprintable",
          "isspace",
          "isupper",
          "join",
          "ljust",
          "lower",
          "lstrip",
          "partition",
          "removeprefix",
          "removesuffix",
          "replace",
          "rfind",
          "rindex",
          "rjust",
          "rpartition",
          "rsplit",
          "rstrip",
          "split",
          "splitlines",
          "startswith",
          "strip",
          "swapcase",
          "title",
          "upper",
          "zfill");

  private StringMethods() {}

  static Object call(String text, String name, Arguments arguments, Budget budget) {
    budget.scan(text.length());
    return switch (name) {
      case "format" -> StringFormat.format(text, arguments, budget);
      case "split", "rsplit" -> StringSplits.split(text, name, arguments, budget);
      case "splitlines" -> {
        Object[] given = arguments.bind(name, "keepends?");
        yield PythonText.lines(text, given[0] != Arguments.ABSENT && Types.truth(given[0]), budget);
      }
      case "partition", "rpartition" -> StringSplits.partition(text, name, arguments, budget);
      case "replace" -> {
        Object[] given = arguments.bind(name, "old", "new", "count?");
        yield replace(
            text,
            Types.asString(given[0], "replace"),
            Types.asString(given[1], "replace"),
            optionalInt(given[2], -1, "replace: count"),
            budget);
      }
      case "join" -> join(text, arguments.bindPositional(name, "iterable")[0], budget);
      case "strip" -> strip(text, true, true, arguments.bindPositional(name, "chars?")[0]);
      case "lstrip" -> strip(text, true, false, arguments.bindPositional(name, "chars?")[0]);
      case "rstrip" -> strip(text, false, true, arguments.bindPositional(name, "chars?")[0]);
      case "removeprefix" -> {
        String prefix = string(arguments.bindPositional(name, "prefix")[0], name);
        yield text.startsWith(prefix) ? text.substring(prefix.length()) : text;
      }
      case "removesuffix" -> {
        String suffix = string(arguments.bindPositional(name, "suffix")[0], name);
        yield text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
      }
      case "startswith", "endswith" -> affixed(text, name, arguments, budget);
      case "find", "rfind", "index", "rindex" -> find(text, name, arguments, budget);
      case "count" -> count(text, arguments, budget);
      case "ljust", "rjust", "center" -> justify(text, name, arguments, budget);
      case "zfill" -> zeroFilled(text, arguments, budget);
      case "expandtabs" -> expandTabs(text, arguments, budget);
      default -> {
        arguments.bindPositional(name);
        budget.chars(text.length());
        yield name.startsWith("is") ? is(text, name) : cased(text, name);
      }
    };
  }

  private static String string(Object value, String method) {
    return Types.asString(value, method);
  }

  private static int optionalInt(Object value, int absent, String what) {
    return value == Arguments.ABSENT ? absent : Types.asInt(value, what);
  }

  private static String cased(String text, String name) {
    return switch (name) {
      case "upper" -> PythonText.upper(text);
      case "lower" -> PythonText.lower(text);
      case "casefold" -> PythonText.lower(PythonText.upper(text));
      case "capitalize" -> PythonText.capitalized(text);
      case "title" -> PythonText.title(text);
      case "swapcase" -> {
        StringBuilder swapped = new StringBuilder(text.length());
        text.codePoints()
            .mapToObj(Character::toString)
            .map(c ->
                Character.isUpperCase(c.codePointAt(0)) ? PythonText.lower(c) : PythonText.upper(c))
            .forEach(swapped::append);
        yield swapped.toString();
      }
      default -> throw new IllegalStateException("no such method: " + name);
    };
  }

  private static boolean is(String text, String name) {
    return switch (name) {
      case "isascii" -> text.chars().allMatch(c -> c < 0x80);
      case "isprintable" -> text.codePoints().allMatch(Printer::isPrintable);
      case "islower" -> hasCase(text, Character::isLowerCase);
      case "isupper" -> hasCase(text, Character::isUpperCase);
      case "isalpha" -> all(text, Character::isLetter);
      case "isdigit", "isdecimal", "isnumeric" -> all(text, Character::isDigit);
      case "isalnum" -> all(text, Character::isLetterOrDigit);
      case "isspace" -> all(text, PythonText::isSpace);
      default -> throw new IllegalStateException("no such method: " + name);
    };
  }

  private static boolean all(String text, IntPredicate kind) {
    return !text.isEmpty() && text.codePoints().allMatch(kind);
  }

  /** Whether there are letters with a case and all of them have this one. */
  static boolean hasCase(String text, IntPredicate wanted) {
    return text.codePoints().anyMatch(PythonText::isCased)
        && text.codePoints().filter(PythonText::isCased).allMatch(wanted);
  }

  static String strip(String text, boolean left, boolean right, Object characters) {
    if (characters == Arguments.ABSENT || characters == null) {
      return PythonText.strip(text, left, right, PythonText::isSpace);
    }
    String dropped = Types.asString(characters, "strip: chars");
    return PythonText.strip(text, left, right, c -> dropped.indexOf(c) >= 0);
  }

  static String replace(String text, String old, String with, int count, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    int left = count < 0 ? Integer.MAX_VALUE : count;
    int from = 0;
    if (old.isEmpty()) {
      while (left-- > 0) {
        out.append(with);
        if (from == text.length()) {
          break;
        }
        int next = text.offsetByCodePoints(from, 1);
        out.append(text, from, next);
        from = next;
      }
    } else {
      for (int at = text.indexOf(old); at >= 0 && left-- > 0; at = text.indexOf(old, from)) {
        out.append(text, from, at).append(with);
        from = at + old.length();
      }
    }
    return out.append(text, from, text.length()).toString();
  }

  private static String join(String separator, Object iterable, Budget budget) {
    List<Object> items = Sequences.list(iterable, budget);
    TextBuilder out = new TextBuilder(budget);
    for (int i = 0; i < items.size(); i++) {
      if (!(items.get(i) instanceof String item)) {
        throw TemplateException.value(
            "sequence item %d: expected str instance, %s found"
                .formatted(i, Types.name(items.get(i))));
      }
      budget.step();
      out.append(i == 0 ? "" : separator).append(item);
    }
    return out.toString();
  }

  /** The part between two optional bounds. */
  private static String part(String text, Object start, Object stop, Budget budget) {
    return (String) Slices.slice(text, bound(start), bound(stop), null, budget);
  }

  private static Object bound(Object value) {
    return value == Arguments.ABSENT || value == null
        ? null
        : (Object) Types.asLong(value, "bound");
  }

  private static boolean affixed(String text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.bindPositional(name, "affix", "start?", "end?");
    String part = part(text, given[1], given[2], budget);
    List<Object> candidates =
        given[0] instanceof Tuple tuple ? tuple.items() : List.of(string(given[0], name));
    for (Object candidate : candidates) {
      String affix = string(candidate, name);
      if (name.equals("startswith") ? part.startsWith(affix) : part.endsWith(affix)) {
        return true;
      }
    }
    return false;
  }

  private static long find(String text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.bindPositional(name, "part", "start?", "end?");
    String wanted = string(given[0], name);
    String begin = part(text, Arguments.ABSENT, given[1], budget);
    String within = part(text, given[1], given[2], budget);
    int skipped = given[1] == Arguments.ABSENT ? 0 : PythonText.length(begin);
    int at = name.startsWith("r") ? within.lastIndexOf(wanted) : within.indexOf(wanted);
    if (at < 0 && name.endsWith("index")) {
      throw TemplateException.value("substring not found");
    }
    return at < 0 ? -1 : skipped + within.codePointCount(0, at);
  }

  private static long count(String text, Arguments arguments, Budget budget) {
    Object[] given = arguments.bindPositional("count", "part", "start?", "end?");
    String wanted = string(given[0], "count");
    String within = part(text, given[1], given[2], budget);
    if (wanted.isEmpty()) {
      return PythonText.length(within) + 1L;
    }
    long count = 0;
    for (int at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at)) {
      count++;
      at += wanted.length();
    }
    return count;
  }

  private static String justify(String text, String name, Arguments arguments, Budget budget) {
    Object[] given = arguments.bindPositional(name, "width", "fillchar?");
    String fill = given[1] == Arguments.ABSENT ? " " : string(given[1], name);
    if (PythonText.length(fill) != 1) {
      throw TemplateException.value("the fill character must be exactly one character long");
    }
    long missing = Types.asLong(given[0], name + ": width") - PythonText.length(text);
    if (missing <= 0) {
      return text;
    }
    // Python's centre puts the odd blank to the left when the width is odd.
    long left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> missing;
          default -> missing / 2 + (missing & (missing + PythonText.length(text)) & 1);
        };
    return new TextBuilder(budget)
        .repeat(fill, left)
        .append(text)
        .repeat(fill, missing - left)
        .toString();
  }

  private static String zeroFilled(String text, Arguments arguments, Budget budget) {
    long width = Types.asLong(arguments.bindPositional("zfill", "width")[0], "zfill: width");
    boolean signed = text.startsWith("-") || text.startsWith("+");
    int sign = signed ? 1 : 0;
    return new TextBuilder(budget)
        .append(text, 0, sign)
        .repeat("0", width - PythonText.length(text))
        .append(text, sign, text.length())
        .toString();
  }

  private static String expandTabs(String text, Arguments arguments, Budget budget) {
    int size = optionalInt(arguments.bind("expandtabs", "tabsize?")[0], 8, "expandtabs: size");
    TextBuilder out = new TextBuilder(budget);
    List<Object> characters = new ArrayList<>(PythonText.characters(text, budget));
    long column = 0;
    for (Object character : characters) {
      String c = (String) character;
      if (c.equals("\t")) {
        long blanks = size <= 0 ? 0 : size - column % size;
        out.repeat(" ", blanks);
        column += blanks;
      } else {
        out.append(c);
        column = c.equals("\n") || c.equals("\r") ? 0 : column + 1;
      }
    }
    return out.toString();
  }
}
