// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

/** Counts down what one rendering may still use; not thread-safe, one per rendering. */
final class Budget {
  /** Bytes that one value of a list or a boxed number costs, at most. */
  static final int BYTES_PER_ITEM = 24;

  /** Longest integer, in bits; the largest double fits. */
  static final int MAX_INTEGER_BITS = 1024;

  /** Widest field of a format specification. */
  static final int MAX_FORMAT_WIDTH = 10_000;

  private final TemplateLimits limits;
  private long steps;
  private long bytes;
  private int depth;

  Budget(TemplateLimits limits, long inputChars, long inputValues) {
    this.limits = limits;
    this.steps = limits.steps() + 200 * inputValues + inputChars;
    this.bytes = limits.bytes() + 64 * inputChars + 512 * inputValues;
  }

  /** One evaluated node, loop round or comparison. */
  void step() {
    steps(1);
  }

  /** Text of so many chars is read without making anything. */
  void scan(int chars) {
    steps(chars >> 6);
  }

  private void steps(int count) {
    steps -= count;
    if (steps < 0) {
      throw TemplateException.limit(
          "the template runs too long: expected at most about " + limits.steps() + " steps");
    }
  }

  /** Text of so many chars is about to be made. */
  void chars(long count) {
    bytes(2 * Math.min(count, Long.MAX_VALUE / 4));
  }

  /** A container of so many items is about to be made. */
  void items(long count) {
    bytes(BYTES_PER_ITEM * Math.min(count, Long.MAX_VALUE / 64));
  }

  private void bytes(long count) {
    if (count > bytes) {
      throw TemplateException.limit(
          "the template makes too much text: expected at most about " + limits.bytes() + " bytes");
    }
    bytes -= count;
  }

  /** Enters one level of evaluation; pair with {@link #leave()}. */
  void enter() {
    if (++depth > limits.callDepth()) {
      throw TemplateException.limit(
          "evaluation is nested too deeply: expected at most " + limits.callDepth() + " levels");
    }
  }

  void leave() {
    depth--;
  }

  /** Checks the nesting of a value while it is walked. */
  void valueDepth(int level) {
    if (level > limits.valueDepth()) {
      throw TemplateException.limit(
          "a value is nested too deeply: expected at most " + limits.valueDepth() + " levels");
    }
  }
}
