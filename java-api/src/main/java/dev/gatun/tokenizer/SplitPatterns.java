// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.List;
import java.util.Set;

/**
 * The regular expressions with which models split text. A file's own expression is hostile until
 * proven harmless: the native library runs it on a backtracking engine. Accepted are the
 * expressions of known models, word for word, and others whose shape bounds the work per position:
 * no repetition inside a repetition, and at most one unbounded repetition per alternative.
 */
final class SplitPatterns {
  static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
  static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  static final String QWEN35 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  static final String O200K =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  static final String TEKKEN =
      "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
  static final String DIGIT = "\\p{N}";
  static final String UP_TO_THREE_DIGITS = "\\p{N}{1,3}";
  static final String CJK_RUN = "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+";
  static final String DEEPSEEK3 =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
          + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** What readers of GGUF use for files that name no pattern of their own. */
  static final List<String> GGUF_DEFAULT =
      List.of(
          "[\\p{P}\\$\\+<=>\\^~\\|]+",
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)",
          "\\p{N}+",
          "[0-9][0-9][0-9]");

  private static final Set<String> KNOWN =
      Set.of(
          GPT2,
          LLAMA3,
          QWEN2,
          QWEN35,
          O200K,
          TEKKEN,
          DEEPSEEK3,
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}"
              + "| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
          "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+");

  private static final int MAX_LENGTH = 1024;
  private static final int MAX_COUNT = 1000;

  private SplitPatterns() {}

  /** The same expression if it is one of the project's constants, else null. */
  static String known(String pattern) {
    boolean simple =
        pattern.equals(DIGIT)
            || pattern.equals(UP_TO_THREE_DIGITS)
            || pattern.equals(CJK_RUN)
            || GGUF_DEFAULT.contains(pattern);
    return simple || KNOWN.contains(pattern) ? pattern : null;
  }

  /** Whether an expression may be given to the native library. */
  static boolean isAccepted(String pattern) {
    return KNOWN.contains(pattern)
        || (!pattern.isEmpty() && pattern.length() <= MAX_LENGTH && new Shape(pattern).isBounded());
  }

  /** One pass over an expression, in time linear in its length. */
  private static final class Shape {
    private final String pattern;
    private int at;

    Shape(String pattern) {
      this.pattern = pattern;
    }

    boolean isBounded() {
      return alternatives(false, false) && at == pattern.length();
    }

    /**
     * Alternatives up to the end or the closing bracket.
     *
     * @param inGroup whether a bracket is open; groups do not nest
     * @param inLookahead whether repetitions are forbidden
     */
    private boolean alternatives(boolean inGroup, boolean inLookahead) {
      int unbounded = 0;
      while (at < pattern.length()) {
        char c = pattern.charAt(at);
        if (c == ')') {
          return inGroup;
        }
        if (c == '|') {
          at++;
          unbounded = 0;
          continue;
        }
        boolean group = c == '(';
        if (group ? inGroup || !group() : !atom()) {
          return false;
        }
        int repetition = repetition();
        if (repetition < 0
            || (repetition > 0 && inLookahead)
            || (repetition > 1 && (group || inGroup))) {
          return false;
        }
        unbounded += repetition > 1 ? 1 : 0;
        if (unbounded > 1) {
          return false;
        }
      }
      return !inGroup;
    }

    private boolean group() {
      at++;
      boolean lookahead = pattern.startsWith("?!", at) || pattern.startsWith("?=", at);
      if (lookahead || pattern.startsWith("?:", at)) {
        at += 2;
      } else if (pattern.startsWith("?i:", at)) {
        at += 3;
      } else if (pattern.startsWith("?", at)) {
        return false;
      }
      if (!alternatives(true, lookahead) || at >= pattern.length()) {
        return false;
      }
      at++; // the closing bracket
      return true;
    }

    private boolean atom() {
      char c = pattern.charAt(at);
      if (c == '\\') {
        return escape();
      }
      if (c == '[') {
        return characterClass();
      }
      at++;
      return "*+?{}".indexOf(c) < 0;
    }

    private boolean escape() {
      if (at + 1 >= pattern.length()) {
        return false;
      }
      char c = pattern.charAt(at + 1);
      at += 2;
      if (c == 'p' || c == 'P') {
        int end = pattern.indexOf('}', at);
        if (end < 0 || pattern.charAt(at) != '{') {
          return false;
        }
        at = end + 1;
        return true;
      }
      return "dDsSwWrntfv".indexOf(c) >= 0 || !Character.isLetterOrDigit(c);
    }

    private boolean characterClass() {
      at++;
      boolean empty = true;
      if (pattern.startsWith("^", at)) {
        at++;
      }
      while (at < pattern.length() && (pattern.charAt(at) != ']' || empty)) {
        char c = pattern.charAt(at);
        if (c == '[' || (c == '&' && pattern.startsWith("&&", at))) {
          return false; // nested classes and intersections
        }
        if (c == '\\') {
          if (!escape()) {
            return false;
          }
        } else {
          at++;
        }
        empty = false;
      }
      at++;
      return at <= pattern.length();
    }

    /** 0 for none, 1 for at most one, 2 for more, -1 for a form that is not accepted. */
    private int repetition() {
      if (at >= pattern.length()) {
        return 0;
      }
      char c = pattern.charAt(at);
      int kind;
      if (c == '?') {
        at++;
        kind = 1;
      } else if (c == '*' || c == '+') {
        at++;
        kind = 2;
      } else if (c == '{') {
        kind = count();
      } else {
        return 0;
      }
      boolean doubled = at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0;
      return doubled ? -1 : kind;
    }

    private int count() {
      int end = pattern.indexOf('}', at);
      String body = end < 0 ? "" : pattern.substring(at + 1, end);
      at = end + 1;
      String[] bounds = body.split(",", -1);
      int max = 0;
      for (String bound : bounds) {
        if (bound.length() > 4 || !bound.chars().allMatch(d -> d >= '0' && d <= '9')) {
          return -1;
        }
        max = bound.isEmpty() ? max : Math.max(max, Integer.parseInt(bound));
      }
      boolean open = bounds.length == 2 && bounds[1].isEmpty();
      if (end < 0 || bounds.length > 2 || bounds[0].isEmpty() || max > MAX_COUNT) {
        return -1;
      }
      return open || max > 8 ? 2 : 1;
    }
  }
}
