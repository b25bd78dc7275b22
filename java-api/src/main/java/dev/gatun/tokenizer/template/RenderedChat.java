// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.util.List;
import java.util.Objects;

/**
 * The prompt that a template made.
 *
 * @param text the whole text
 * @param generationSpans where the text inside the template's {@code generation} blocks stands, in
 *     order: what the assistant says, and so what a training loss looks at. Blocks inside macros
 *     are not reported.
 */
public record RenderedChat(String text, List<Span> generationSpans) {
  /**
   * Part of the text, in code points.
   *
   * @param begin the first code point
   * @param end the one after the last
   */
  public record Span(int begin, int end) {}

  /** Takes its own copy of the spans. */
  public RenderedChat {
    Objects.requireNonNull(text, "text");
    generationSpans = List.copyOf(generationSpans);
  }
}
