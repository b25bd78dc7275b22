// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * The merges of a SentencePiece BPE model. SentencePiece joins the neighbours whose concatenation
 * is the piece with the highest score; as a list of merges that is every way to cut a piece into
 * two pieces, in falling order of the piece's score, longer left parts first.
 */
final class ScoreMerges {
  /** SentencePiece's own limit is 16 by default and 512 at most. */
  private static final int MAX_PIECE_LENGTH = 512;

  private final String source;
  private final Vocabulary vocabulary;
  private final float[] scores; // by id
  private final IntPredicate isMerged;
  private final Merges merges;

  /** A way to cut a piece. */
  private record Cut(int left, int right, int piece, int leftLength, int rightLength) {}

  private ScoreMerges(String source, Vocabulary vocabulary, float[] scores, IntPredicate isMerged) {
    this.source = source;
    this.vocabulary = vocabulary;
    this.scores = scores;
    this.isMerged = isMerged;
    this.merges = new Merges(vocabulary.size());
  }

  /**
   * Derives the merges.
   *
   * @param scores score per id
   * @param isMerged whether the piece of an id is made by merging
   */
  static Merges of(String source, Vocabulary vocabulary, float[] scores, IntPredicate isMerged) {
    ScoreMerges deriving = new ScoreMerges(source, vocabulary, scores, isMerged);
    deriving.run();
    return deriving.merges;
  }

  private void run() {
    long[] order = new long[vocabulary.size()]; // falling score, then id
    int n = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      String piece = vocabulary.token(id);
      if (piece == null || !isMerged.test(id)) {
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
      int bits = Float.floatToIntBits(scores[id] + 0f); // + 0 makes -0 equal to 0
      int rising = bits < 0 ? ~bits : bits | 0x8000_0000; // as unsigned, in the order of floats
      order[n++] = (long) ~rising << 32 ^ Long.MIN_VALUE | id;
    }
    Arrays.sort(order, 0, n);
    List<Cut> cuts = new ArrayList<>();
    for (int i = 0; i < n; ) {
      int group = i;
      while (i < n && order[i] >>> 32 == order[group] >>> 32) {
        addCuts((int) order[i++], cuts);
      }
      if (i - group > 1) { // pieces of equal score: the lengths decide
        cuts.sort(
            Comparator.comparingInt((Cut cut) -> -cut.leftLength())
                .thenComparingInt(cut -> -cut.rightLength()));
      }
      for (Cut cut : cuts) {
        merges.add(cut.left(), cut.right(), cut.piece());
      }
      cuts.clear();
    }
  }

  /** Finds the cuts of a piece, the longest left part first. */
  private void addCuts(int id, List<Cut> cuts) {
    byte[] piece = vocabulary.bytes(id);
    int length = vocabulary.token(id).length(); // in UTF-16 units, as the lengths of cuts
    int suffix = 0; // hash of the right part, as Vocabulary.hash defines it
    int power = 1;
    int whole = Vocabulary.hash(piece, 0, piece.length);
    int rightLength = 0;
    for (int cut = piece.length - 1; cut > 0; cut--) {
      suffix += piece[cut] * power;
      power *= 31;
      if ((piece[cut] & 0xC0) == 0x80) {
        continue; // inside a character
      }
      rightLength += (piece[cut] & 0xFF) >= 0xF0 ? 2 : 1;
      int right = vocabulary.id(piece, cut, piece.length, suffix);
      if (right < 0 || !isMerged.test(right)) {
        continue;
      }
      int prefix = (whole - suffix) * inverse(power);
      int left = vocabulary.id(piece, 0, cut, prefix);
      if (left >= 0 && isMerged.test(left)) {
        cuts.add(new Cut(left, right, id, length - rightLength, rightLength));
      }
    }
  }

  /** The inverse of an odd number modulo 2^32, by Newton's iteration. */
  private static int inverse(int odd) {
    int inverse = odd; // right in the lowest 3 bits
    inverse *= 2 - odd * inverse;
    inverse *= 2 - odd * inverse;
    inverse *= 2 - odd * inverse;
    inverse *= 2 - odd * inverse;
    return inverse;
  }
}
