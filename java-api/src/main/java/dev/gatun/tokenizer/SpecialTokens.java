// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/**
 * The ids of the tokens with a fixed role; a role that the model does not have is null.
 *
 * @param bos begin of a sequence
 * @param eos end of a sequence
 * @param pad padding
 * @param unk unknown text
 * @param cls classification token in front of an encoder's input
 * @param sep separator of an encoder's input
 * @param mask masked position
 */
public record SpecialTokens(
    Integer bos, Integer eos, Integer pad, Integer unk, Integer cls, Integer sep, Integer mask) {

  /** No token has a role. */
  public static final SpecialTokens NONE =
      new SpecialTokens(null, null, null, null, null, null, null);
}
