// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/** Allows only certain tokens as the last one. */
final class ForcedEos implements LogitsProcessor {
  private final int[] tokens;
  private final int maxLength;
  private final int maxNewTokens;

  /**
   * Forces one of {@code tokens}.
   *
   * @param maxLength tokens of prompt and answer together; 0 takes the prompt's and {@code
   *     maxNewTokens}
   */
  public ForcedEos(List<Integer> tokens, int maxLength, int maxNewTokens) {
    this.tokens = TokenIds.of(tokens);
    this.maxLength = maxLength;
    this.maxNewTokens = maxNewTokens;
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    boolean last =
        maxLength > 0 ? history.length() == maxLength - 1 : history.newTokens() == maxNewTokens - 1;
    if (last) {
      TokenIds.force(scores, tokens);
    }
  }
}
