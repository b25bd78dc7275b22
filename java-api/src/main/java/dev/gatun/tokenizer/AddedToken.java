// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

/**
 * A token that is looked for in the text before the model sees it, and never split.
 *
 * @param id its token id
 * @param content its text
 * @param special whether decoding may leave it out
 * @param singleWord whether it only matches between word boundaries
 * @param lstrip whether it swallows white space on its left
 * @param rstrip whether it swallows white space on its right
 * @param normalized whether it is looked for in the normalised text instead of the raw one
 */
public record AddedToken(
    int id,
    String content,
    boolean special,
    boolean singleWord,
    boolean lstrip,
    boolean rstrip,
    boolean normalized) {

  /** A special token that matches literally, as chat markers do. */
  static AddedToken special(int id, String content) {
    return new AddedToken(id, content, true, false, false, false, false);
  }
}
