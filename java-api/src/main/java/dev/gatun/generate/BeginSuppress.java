// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/** Removes certain tokens at the first free position of the answer. */
final class BeginSuppress implements LogitsProcessor {
  private final int[] tokens;
  private final boolean forcedBos;

  /**
   * Removes {@code tokens}.
   *
   * @param forcedBos whether the token after a prompt of one token is forced: then the position
   *     after it is the first free one
   */
  public BeginSuppress(List<Integer> tokens, boolean forcedBos) {
    this.tokens = TokenIds.of(tokens);
    this.forcedBos = forcedBos;
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    int first = forcedBos && history.promptLength() <= 1 ? 1 : 0;
    if (history.newTokens() == first) {
      TokenIds.remove(scores, tokens);
    }
  }
}
