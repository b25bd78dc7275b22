// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Objects;

/**
 * How the encodings of a batch are made equally long. Gatun's own models take ragged batches and
 * need no padding; it is here for those who feed other runtimes.
 *
 * @param direction the end that is filled
 * @param length tokens of the result; 0 means the longest encoding of the batch
 * @param padToMultipleOf rounds the length up to a multiple of this; 0 means no rounding
 * @param padId id that fills
 * @param padTypeId type id that fills
 * @param padToken token text that fills
 */
public record Padding(
    Side direction, int length, int padToMultipleOf, int padId, int padTypeId, String padToken) {

  private static final int MAX_LENGTH = 1 << 24;

  /** Checks the numbers. */
  public Padding {
    Objects.requireNonNull(direction, "direction");
    Objects.requireNonNull(padToken, "padToken");
    if (length < 0
        || length > MAX_LENGTH
        || padToMultipleOf < 0
        || padToMultipleOf > MAX_LENGTH
        || padId < 0) {
      throw new IllegalArgumentException(
          "Padding: expected 0 <= length, padToMultipleOf <= "
              + MAX_LENGTH
              + " and padId >= 0, got length "
              + length
              + ", padToMultipleOf "
              + padToMultipleOf
              + ", padId "
              + padId);
    }
  }

  /** Fills at the end up to the longest encoding. */
  public static Padding toLongest(int padId, String padToken) {
    return new Padding(Side.RIGHT, 0, 0, padId, 0, padToken);
  }
}
