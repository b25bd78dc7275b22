// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Splits text by the expressions of a byte-level pre-tokenizer, one after the other; what an
 * expression does not match is a piece too. Only the project's own constants are compiled here,
 * never an expression of a file.
 */
final class WordSplitter {
  private final List<Pattern> patterns;

  private WordSplitter(List<Pattern> patterns) {
    this.patterns = patterns;
  }

  /**
   * The splitter of a pre-tokenizer that ends in ByteLevel, or null where it is of another kind.
   */
  static WordSplitter of(JsonNode preTokenizer) {
    if (preTokenizer == null) {
      return null;
    }
    List<JsonNode> parts = new ArrayList<>();
    if (preTokenizer.path("type").asString("").equals("Sequence")) {
      preTokenizer.path("pretokenizers").forEach(parts::add);
    } else {
      parts.add(preTokenizer);
    }
    List<Pattern> patterns = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      String expression = expression(parts.get(i), last);
      if (expression == null) {
        return null;
      }
      if (!expression.isEmpty()) {
        patterns.add(Pattern.compile(expression, Pattern.UNICODE_CHARACTER_CLASS));
      }
    }
    return new WordSplitter(patterns);
  }

  /** The expression of a part; empty if it does not split; null if it is not understood. */
  private static String expression(JsonNode part, boolean last) {
    String type = part.path("type").asString("");
    if (last != type.equals("ByteLevel")) {
      return null;
    }
    return switch (type) {
      case "ByteLevel" ->
          part.path("add_prefix_space").asBoolean(true)
              ? null
              : part.path("use_regex").asBoolean(true) ? SplitPatterns.GPT2 : "";
      case "Digits" -> part.path("individual_digits").asBoolean(false) ? SplitPatterns.DIGIT : null;
      case "Split" ->
          part.path("behavior").asString("").equals("Isolated")
                  && !part.path("invert").asBoolean(false)
              ? SplitPatterns.known(part.path("pattern").path("Regex").asString(""))
              : null;
      default -> null;
    };
  }

  /** The ends of the pieces of a part of a text; each begins where the one before ends. */
  int[] ends(String text, int from, int to) {
    int[] ends = {to};
    for (Pattern pattern : patterns) {
      ends = split(pattern, text, from, ends);
    }
    return ends;
  }

  private static int[] split(Pattern pattern, String text, int from, int[] pieces) {
    IntList ends = new IntList(pieces.length + 16);
    Matcher matcher = pattern.matcher(text);
    int start = from;
    for (int end : pieces) {
      matcher.region(start, end); // bounds are opaque: lookahead does not see the next piece
      int at = start;
      while (at < end && matcher.find()) {
        if (matcher.start() > at) {
          ends.add(matcher.start());
        }
        if (matcher.end() > matcher.start()) {
          ends.add(matcher.end());
        }
        at = matcher.end();
      }
      if (at < end) {
        ends.add(end);
      }
      start = end;
    }
    return ends.toArray();
  }
}
