// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The merges of a SentencePiece BPE model. SentencePiece joins the neighbours whose concatenation is
 * the piece with the highest score; as a list of merges that is every way to cut a piece into two
 * pieces, in falling order of the piece's score.
 */
final class ScoreMerges {
  /** SentencePiece's own limit is 16 by default and 512 at most. */
  private static final int MAX_PIECE_LENGTH = 512;

  private ScoreMerges() {}

  private record Merge(String left, String right, float score) {}

  /**
   * Derives the merges.
   *
   * @param scores score per id
   * @param merges whether the piece of an id is made by merging
   * @return left and right in turn, [2 m]
   */
  static List<String> of(
      String source, Vocabulary vocabulary, float[] scores, IntPredicate merges) {
    List<Merge> found = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      String piece = vocabulary.token(id);
      if (piece == null || !merges.test(id)) {
        continue;
      }
      if (piece.length() > MAX_PIECE_LENGTH || Float.isNaN(scores[id])) {
        throw new ModelFormatException(
            source
                + ": token "
                + id
                + ", "
                + Texts.quote(piece)
                + ", is longer than "
                + MAX_PIECE_LENGTH
                + " characters or has no score; obtain the file again");
      }
      addCuts(vocabulary, piece, scores[id], merges, found);
    }
    found.sort(
        Comparator.comparingDouble((Merge merge) -> -merge.score())
            .thenComparingInt(merge -> -merge.left().length())
            .thenComparingInt(merge -> -merge.right().length()));
    List<String> list = new ArrayList<>(2 * found.size());
    for (Merge merge : found) {
      list.add(merge.left());
      list.add(merge.right());
    }
    return list;
  }

  private static void addCuts(
      Vocabulary vocabulary,
      String piece,
      float score,
      IntPredicate merges,
      List<Merge> found) {
    for (int cut = 1; cut < piece.length(); cut++) {
      if (Character.isLowSurrogate(piece.charAt(cut))) {
        continue;
      }
      int left = vocabulary.id(piece.substring(0, cut));
      if (left < 0 || !merges.test(left)) {
        continue;
      }
      int right = vocabulary.id(piece.substring(cut));
      if (right >= 0 && merges.test(right)) {
        found.add(
            new Merge(vocabulary.token(left), vocabulary.token(right), score));
      }
    }
  }
}
