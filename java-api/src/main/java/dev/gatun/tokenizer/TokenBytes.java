// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/**
 * The bytes that a token stands for, for decoders that treat tokens one by one: byte-level BPE,
 * where each character of a token is a byte, and SentencePiece, where U+2581 is a space and {@code
 * <0x0A>} a byte.
 */
final class TokenBytes {
  private static final char METASPACE = '\u2581';
  private static final String HEX = "0123456789ABCDEF";
  private static final int ALPHABET_END = 0x144;

  /** Byte of each character of the byte-level alphabet, or -1. */
  private static final short[] BYTE_OF = alphabet();

  private static final char[] CHARACTER_OF = characters();

  private TokenBytes() {}

  /** What a decoder does to single tokens. */
  enum Form {
    /** Each character is a byte. */
    BYTE_LEVEL,
    /** U+2581 is a space, {@code <0x0A>} a byte. */
    SENTENCE_PIECE,
    /** The same, and the text loses a leading space. */
    SENTENCE_PIECE_STRIPPED
  }

  /** The form of a {@code decoder}, or null if tokens cannot be decoded one by one. */
  static Form form(JsonNode decoder) {
    if (decoder == null) {
      return null;
    }
    if (decoder.path("type").asString("").equals("ByteLevel")) {
      return Form.BYTE_LEVEL;
    }
    JsonNode parts = decoder.path("decoders");
    boolean sentencePiece =
        parts.size() >= 3
            && isReplaceMetaspace(parts.get(0))
            && parts.get(1).path("type").asString("").equals("ByteFallback")
            && parts.get(2).path("type").asString("").equals("Fuse");
    if (sentencePiece && parts.size() == 3) {
      return Form.SENTENCE_PIECE;
    }
    boolean strip =
        sentencePiece
            && parts.size() == 4
            && parts.get(3).path("type").asString("").equals("Strip")
            && parts.get(3).path("content").asString("").equals(" ")
            && parts.get(3).path("start").asInt(0) == 1;
    return strip ? Form.SENTENCE_PIECE_STRIPPED : null;
  }

  private static boolean isReplaceMetaspace(JsonNode part) {
    return part.path("type").asString("").equals("Replace")
        && part.path("pattern").path("String").asString("").equals(String.valueOf(METASPACE))
        && part.path("content").asString("").equals(" ");
  }

  static byte[] of(String token, Form form) {
    return form == Form.BYTE_LEVEL ? byteLevel(token) : sentencePiece(token);
  }

  /** The token of each byte, or -1: [256]. */
  static int[] byteIds(Vocabulary vocabulary, Form form) {
    int[] ids = new int[256];
    for (int b = 0; b < 256; b++) {
      String token =
          form == Form.BYTE_LEVEL
              ? String.valueOf(CHARACTER_OF[b])
              : "<0x" + HEX.charAt(b >> 4) + HEX.charAt(b & 15) + ">";
      ids[b] = vocabulary.id(token);
    }
    return ids;
  }

  /** How a byte-level vocabulary spells a word. */
  static String byteLevelToken(String word) {
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    StringBuilder token = new StringBuilder(utf8.length);
    for (byte b : utf8) {
      token.append(CHARACTER_OF[b & 0xFF]);
    }
    return token.toString();
  }

  /** A token with a character outside the alphabet stands for its own text. */
  private static byte[] byteLevel(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= ALPHABET_END || BYTE_OF[c] < 0) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTE_OF[c];
    }
    return bytes;
  }

  private static byte[] sentencePiece(String token) {
    int value = byteValue(token);
    return value >= 0
        ? new byte[] {(byte) value}
        : token.replace(METASPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }

  /** The byte of a token such as {@code <0x0A>}, or -1. */
  static int byteValue(String token) {
    if (token.length() != 6 || !token.startsWith("<0x") || token.charAt(5) != '>') {
      return -1;
    }
    int high = Character.digit(token.charAt(3), 16);
    int low = Character.digit(token.charAt(4), 16);
    return high < 0 || low < 0 ? -1 : 16 * high + low;
  }

  private static char[] characters() {
    char[] characterOf = new char[256];
    for (char c = 0; c < ALPHABET_END; c++) {
      if (BYTE_OF[c] >= 0) {
        characterOf[BYTE_OF[c]] = c;
      }
    }
    return characterOf;
  }

  private static short[] alphabet() {
    short[] byteOf = new short[ALPHABET_END];
    java.util.Arrays.fill(byteOf, (short) -1);
    int next = 256;
    for (int b = 0; b < 256; b++) {
      boolean itself = (b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174;
      byteOf[itself ? b : next++] = (short) b;
    }
    return byteOf;
  }
}
