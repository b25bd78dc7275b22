// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;

/**
 * What a template may consume. A template is part of a downloaded file, so each limit ends a
 * hostile one with {@link TemplateException.Kind#LIMIT}; none is near what real templates need.
 *
 * <p>Steps and bytes grow with the variables given to a rendering: a long conversation is the
 * caller's own and may cost in proportion.
 *
 * @param sourceChars longest template text, in chars
 * @param steps evaluated nodes and loop rounds of one rendering, before the share of the variables
 * @param bytes bytes of text and containers made by one rendering, before the share of the
 *     variables
 * @param parseDepth nesting of blocks and expressions in the text
 * @param callDepth nesting of evaluation, macro calls included
 * @param valueDepth nesting of a value that is printed, compared or turned into JSON
 */
public record TemplateLimits(
    int sourceChars, long steps, long bytes, int parseDepth, int callDepth, int valueDepth) {
  private static final TemplateLimits STANDARD =
      new TemplateLimits(1 << 20, 1_000_000, 16L << 20, 100, 500, 200);

  /** Checks that every limit is positive. */
  public TemplateLimits {
    if (sourceChars <= 0
        || steps <= 0
        || bytes <= 0
        || parseDepth <= 0
        || callDepth <= 0
        || valueDepth <= 0) {
      throw new IllegalArgumentException(
          "TemplateLimits: expected positive limits, got "
              + List.of(sourceChars, steps, bytes, parseDepth, callDepth, valueDepth));
    }
  }

  /** The limits that the library uses: 1 MiB of source, about a million steps, 16 MiB. */
  public static TemplateLimits standard() {
    return STANDARD;
  }
}
