// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/** Forces the token after the first one. */
final class ForcedBos implements LogitsProcessor {
  private final int[] tokens;

  /** Forces {@code token}. */
  public ForcedBos(int token) {
    this.tokens = new int[] {token};
  }

  @Override
  public void process(TokenHistory history, float[] scores) {
    if (history.length() == 1) {
      TokenIds.force(scores, tokens);
    }
  }
}
