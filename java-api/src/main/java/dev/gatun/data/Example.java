// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

/**
 * One tokenised example. Which fields there are depends on the objective; the arrays belong to the
 * example and must not be changed.
 *
 * @param ids [n] the input, or the source of a pair
 * @param types [n] token types, or null for none
 * @param labels [n] per token ({@link #IGNORED} for none), or [1] the class of the sequence; null
 *     where the objective makes its own from {@code ids}
 * @param target [m] tokens that a sequence-to-sequence model is to write, or null
 */
public record Example(int[] ids, int[] types, int[] labels, int[] target) {
  /** The label of a token that is no target. */
  public static final int IGNORED = -100;

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if there are no ids, or types are not one per id
   */
  public Example {
    if (ids.length == 0) {
      throw new IllegalArgumentException("example: expected at least one token, got none");
    }
    if (types != null && types.length != ids.length) {
      throw new IllegalArgumentException(
          "example: " + types.length + " token types for " + ids.length + " tokens");
    }
  }

  /** Tokens alone. */
  public static Example of(int... ids) {
    return new Example(ids, null, null, null);
  }

  /** A sequence with its class. */
  public static Example labelled(int[] ids, int[] types, int label) {
    return new Example(ids, types, new int[] {label}, null);
  }

  /** A source with what is to be written for it. */
  public static Example pair(int[] source, int[] target) {
    return new Example(source, null, null, target);
  }

  /** All tokens, source and target together: what it costs of a batch's budget. */
  public int tokens() {
    return ids.length + (target == null ? 0 : target.length);
  }

  /** How many labels there are, not counting {@link #IGNORED}. */
  public int labelCount() {
    int count = 0;
    if (labels != null) {
      for (int label : labels) {
        count += label == IGNORED ? 0 : 1;
      }
    }
    return count;
  }
}
