// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/** Changes the scores of the next token. Implementations are immutable and safe for any thread. */
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
