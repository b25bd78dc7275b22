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

  /** A way to cut a piece: the lengths decide between cuts of pieces with equal scores. */
  private record Cut(
      int left, int right, int piece, float score, int leftLength, int rightLength) {}

  /**
   * Derives the merges.
   *
   * @param scores score per id
   * @param merges whether the piece of an id is made by merging
   */
  static Merges of(String source, Vocabulary vocabulary, float[] scores, IntPredicate merges) {
    List<Cut> cuts = new ArrayList<>();
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
      addCuts(vocabulary, id, scores[id], merges, cuts);
    }
    cuts.sort(
        Comparator.comparingDouble((Cut cut) -> -cut.score())
            .thenComparingInt(cut -> -cut.leftLength())
            .thenComparingInt(cut -> -cut.rightLength()));
    Merges list = new Merges(cuts.size());
    cuts.forEach(cut -> list.add(cut.left(), cut.right(), cut.piece()));
    return list;
  }

  private static void addCuts(
      Vocabulary vocabulary, int id, float score, IntPredicate merges, List<Cut> cuts) {
    String piece = vocabulary.token(id);
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
        cuts.add(new Cut(left, right, id, score, cut, piece.length() - cut));
      }
    }
  }
}
