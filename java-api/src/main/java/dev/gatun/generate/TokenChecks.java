// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/** What a generator refuses before a request reaches the engine. */
final class TokenChecks {
  private TokenChecks() {}

  /**
   * Checks token ids.
   *
   * @param what the prompt or the source
   * @param vocabularySize V
   * @param most tokens that the model takes
   * @throws IllegalArgumentException if there are none, too many, or one outside the vocabulary
   */
  static void require(String what, int[] tokens, int vocabularySize, int most) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("generation: the " + what + " is empty, expected tokens");
    }
    if (tokens.length > most) {
      throw new IllegalArgumentException(
          "generation: the "
              + what
              + " has "
              + tokens.length
              + " tokens, the model's context holds "
              + most
              + "; shorten the "
              + what);
    }
    for (int i = 0; i < tokens.length; i++) {
      if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
        throw new IllegalArgumentException(
            "generation: "
                + what
                + "["
                + i
                + "] is "
                + tokens[i]
                + ", expected 0 to "
                + (vocabularySize - 1));
      }
    }
  }
}
