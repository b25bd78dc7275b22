// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/**
 * What is done to the encodings of a batch.
 *
 * @param addSpecialTokens whether the model's special tokens are put around the text
 * @param truncation how long texts are cut; null leaves them whole
 * @param padding how short texts are filled; null leaves them as they are
 */
public record EncodeOptions(boolean addSpecialTokens, Truncation truncation, Padding padding) {

  /** Special tokens, no truncation, no padding. */
  public static final EncodeOptions DEFAULT = new EncodeOptions(true, null, null);
}
