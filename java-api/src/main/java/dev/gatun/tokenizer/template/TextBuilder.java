// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** A string under construction that charges the budget for what it holds. */
final class TextBuilder {
  private final StringBuilder text = new StringBuilder();
  private final Budget budget;
  private int countedChars;
  private int countedCodePoints;

  TextBuilder(Budget budget) {
    this.budget = budget;
  }

  /** Twice the length: a builder grows by copying, and the string at the end is a copy again. */
  private void charge(long chars) {
    budget.chars(2 * Math.min(chars, Long.MAX_VALUE / 4));
  }

  TextBuilder append(String piece) {
    charge(piece.length());
    text.append(piece);
    return this;
  }

  TextBuilder append(String piece, int from, int to) {
    charge(to - from);
    text.append(piece, from, to);
    return this;
  }

  TextBuilder append(char c) {
    charge(1);
    text.append(c);
    return this;
  }

  TextBuilder appendCodePoint(int codePoint) {
    charge(2);
    text.appendCodePoint(codePoint);
    return this;
  }

  TextBuilder repeat(String piece, long count) {
    if (count > 0) {
      charge(Arithmetic.productOrMax(piece.length(), count));
      text.repeat(piece, (int) count);
    }
    return this;
  }

  /** Length so far in code points; counts only what was added since the last question. */
  int codePoints() {
    countedCodePoints += Character.codePointCount(text, countedChars, text.length());
    countedChars = text.length();
    return countedCodePoints;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
