// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/** Removes certain tokens. */
final class Suppress implements LogitsProcessor {
  private final int[] tokens;

  /** Removes {@code tokens}. */
  public Suppress(List<Integer> tokens) {
    this.tokens = TokenIds.of(tokens);
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    TokenIds.remove(scores, tokens);
  }
}
