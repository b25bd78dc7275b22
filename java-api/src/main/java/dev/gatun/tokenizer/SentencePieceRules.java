// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;

/**
 * What the SentencePiece library does around its model: rewriting text before (character map, white
 * space, the leading U+2581) and joining pieces after. Immutable.
 */
final class SentencePieceRules {
  private static final char METASPACE = '\u2581';
  private static final byte[] UNKNOWN_TEXT = " \u2047 ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] NOTHING = new byte[0];

  private final Charsmap charsmap; // or null
  private final AddedTokenMatcher userDefined;
  private final boolean addsDummyPrefix;
  private final boolean removesExtraSpaces;
  private final BitSet controls = new BitSet();
  private final BitSet unknowns = new BitSet();
  private final BitSet unmatchable = new BitSet();

  SentencePieceRules(SentencePieceModel model, Charsmap charsmap, List<AddedToken> userDefined) {
    this.charsmap = charsmap;
    this.userDefined = new AddedTokenMatcher(userDefined);
    this.addsDummyPrefix = model.addDummyPrefix();
    this.removesExtraSpaces = model.removeExtraWhitespaces();
    int[] types = model.types();
    for (int id = 0; id < types.length; id++) {
      controls.set(id, types[id] == SentencePieceModel.CONTROL);
      unknowns.set(id, types[id] == SentencePieceModel.UNKNOWN);
      unmatchable.set(
          id, controls.get(id) || unknowns.get(id) || types[id] == SentencePieceModel.UNUSED);
    }
  }

  /**
   * The vocabulary with spellings that no text contains for pieces that no text may match: they
   * hold a space, and the model sees none.
   */
  Vocabulary withoutUnmatchable(String source, Vocabulary vocabulary) {
    Vocabulary matchable = new Vocabulary(source, vocabulary.size());
    for (int id = 0; id < vocabulary.size(); id++) {
      matchable.add(unmatchable.get(id) ? " " + id : vocabulary.token(id), id);
    }
    return matchable;
  }

  /** Whether an id stands for no text. */
  boolean isControl(int id) {
    return controls.get(id);
  }

  /** Whether a decoded text loses its leading space. */
  boolean stripsFirstSpace() {
    return addsDummyPrefix || removesExtraSpaces;
  }

  /** The bytes that a piece stands for. */
  byte[] bytes(int id, String piece, boolean skipsControls) {
    if (controls.get(id)) {
      return skipsControls ? NOTHING : piece.getBytes(StandardCharsets.UTF_8);
    }
    return unknowns.get(id) ? UNKNOWN_TEXT : TokenBytes.of(piece, TokenBytes.Form.SENTENCE_PIECE);
  }

  /** The text that the model sees. */
  NormalizedText normalize(String text) {
    NormalizedText out = new NormalizedText(text.length());
    byte[] utf8 = charsmap == null ? NOTHING : text.getBytes(StandardCharsets.UTF_8);
    int i = 0; // UTF-16 unit
    int at = 0; // UTF-8 byte
    int codePoint = 0;
    boolean afterSpace = removesExtraSpaces;
    boolean begun = false;
    while (i < text.length()) {
      int bytes;
      String replaced;
      int userEnd = userDefined.endOfMatchAt(text, i);
      long match = charsmap == null || userEnd > i ? -1 : charsmap.longestMatch(utf8, at);
      int end;
      if (userEnd > i) {
        replaced = text.substring(i, userEnd);
        bytes = utf8Length(replaced);
        end = userEnd;
      } else if (match >= 0) {
        replaced = charsmap.replacement((int) match);
        bytes = (int) (match >>> 32);
        end = advance(text, i, bytes);
      } else {
        end = i + Character.charCount(text.codePointAt(i));
        replaced = text.substring(i, end);
        bytes = utf8Length(replaced);
      }
      int codePoints = text.codePointCount(i, end);
      int from = 0;
      while (afterSpace && from < replaced.length() && replaced.charAt(from) == ' ') {
        from++;
      }
      if (from < replaced.length()) {
        if (!begun && addsDummyPrefix) {
          out.append(METASPACE, codePoint, codePoint);
        }
        begun = true;
        String kept = replaced.substring(from).replace(' ', METASPACE);
        out.append(kept, codePoint, codePoint + codePoints);
        afterSpace = removesExtraSpaces && replaced.endsWith(" ");
      }
      i = end;
      at += bytes;
      codePoint += codePoints;
    }
    while (removesExtraSpaces && out.endsWith(METASPACE)) {
      out.removeLast();
    }
    return out;
  }

  /** The UTF-16 unit that lies a number of UTF-8 bytes behind another. */
  private static int advance(String text, int from, int bytes) {
    int i = from;
    for (int left = bytes; left > 0; ) {
      int c = text.codePointAt(i);
      left -= c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      i += Character.charCount(c);
    }
    return i;
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
