// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses;
import java.util.Arrays;
import java.util.List;

/** What a model is to answer for a batch. A label of {@link Losses#IGNORED} does not count. */
public sealed interface Targets {
  /**
   * A class for each row that the head scores per token.
   *
   * @param labels [N]: for a causal model, row i's is the token <em>behind</em> token i ({@link
   *     #next}); for a masked or tagging one, token i's own
   */
  record Tokens(int[] labels) implements Targets {}

  /**
   * A target sequence for each source of an encoder-decoder.
   *
   * @param labels per source, its target with the end token; {@link Losses#IGNORED} where a token
   *     does not count
   */
  record Sequences(int[][] labels) implements Targets {}

  /**
   * A class for each sequence; for a multiple-choice model, the right one of each question's
   * choices.
   *
   * @param labels [B], or [B / choices]
   */
  record Classes(int[] labels) implements Targets {}

  /**
   * Numbers for each sequence: squared error.
   *
   * @param values [B, C] row-major
   */
  record Numbers(float[] values) implements Targets {}

  /**
   * Independent yes/no labels for each sequence: cross-entropy of each.
   *
   * @param values [B, C] row-major, 0 to 1
   */
  record Flags(float[] values) implements Targets {}

  /**
   * A span of each sequence, positions counted from its first token; one outside of the sequence is
   * ignored.
   *
   * @param starts [B]
   * @param ends [B]
   */
  record Spans(int[] starts, int[] ends) implements Targets {}

  /**
   * Masked words, and whether the second sentence follows the first.
   *
   * @param tokens [N]
   * @param sequences [B]: 0 if it does, 1 if not
   */
  record MaskedAndNext(int[] tokens, int[] sequences) implements Targets {}

  /**
   * What each token of a causal model is to predict: its successor in the same sequence; nothing at
   * the end.
   *
   * @param labels per sequence and token, usually the tokens themselves; {@link Losses#IGNORED}
   *     where the token is not to be predicted
   */
  static Tokens next(int[]... labels) {
    int[] shifted = new int[Arrays.stream(labels).mapToInt(row -> row.length).sum()];
    int at = 0;
    for (int[] row : labels) {
      for (int i = 0; i < row.length; i++) {
        shifted[at++] = i + 1 < row.length ? row[i + 1] : Losses.IGNORED;
      }
    }
    return new Tokens(shifted);
  }

  /** How many of the labels count. */
  static long counted(int[] labels) {
    return Arrays.stream(labels).filter(label -> label != Losses.IGNORED).count();
  }

  /** An exception for a head that does not learn from these targets. */
  static IllegalArgumentException unsuitable(String model, Targets got, Class<?>... expected) {
    List<String> names =
        Arrays.stream(expected).map(type -> "Targets." + type.getSimpleName()).toList();
    return new IllegalArgumentException(
        "loss: "
            + model
            + " learns from "
            + String.join(" or ", names)
            + ", got Targets."
            + got.getClass().getSimpleName());
  }
}
