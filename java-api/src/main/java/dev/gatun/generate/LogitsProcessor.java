// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Changes the scores of the next token. A processor keeps nothing of a history, but those of {@link
 * LogitsProcessors} share scratch memory: a chain serves one request and one thread at a time.
 */
@FunctionalInterface
public interface LogitsProcessor {
  /**
   * Changes {@code scores} in place; negative infinity removes a token.
   *
   * @param history the tokens so far
   * @param scores [V]
   */
  void process(TokenHistory history, float[] scores);
}
