// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts as bytes: they come back as they were, and bytes that are not UTF-8 are refused. */
class TextListTest {

  @Test
  void givesTextsBack() throws CharacterCodingException {
    List<String> texts = List.of("a", "", "\u00e9\u0120", "\uFFFD", "\uD83D\uDE00x");
    TextList list = TextList.of(texts);
    assertEquals(texts, list);
    assertEquals(String.join("", texts), new String(list.toUtf8(), StandardCharsets.UTF_8));
    int[] ends = {1, 1, 5, 8, 13};
    for (int i = 0; i < ends.length; i++) {
      assertEquals(ends[i], list.end(i));
      assertEquals(i == 0 ? 0 : ends[i - 1], list.start(i));
    }
    assertEquals(texts, TextList.decode(list.toUtf8(), ends));
    assertEquals(List.of(), TextList.of(List.of()));
  }

  @Test
  void refusesACharacterOfTwoTexts() {
    byte[] utf8 = "\u00e9".getBytes(StandardCharsets.UTF_8);
    assertThrows(CharacterCodingException.class, () -> TextList.decode(utf8, new int[] {1, 2}));
    assertThrows(CharacterCodingException.class, () -> TextList.decode(utf8, new int[] {1, 1, 2}));
  }

  /** Every sequence of two bytes, and those of three and four at the edges, as the JDK judges. */
  @Test
  void agreesWithTheStrictDecoder() {
    int[] edges = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF};
    int[] leads = {0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF};
    for (int first = 0; first < 256; first++) {
      for (int second = 0; second < 256; second++) {
        agree(new byte[] {(byte) first, (byte) second});
      }
    }
    for (int lead : leads) {
      for (int second : edges) {
        for (int third : edges) {
          agree(new byte[] {(byte) lead, (byte) second, (byte) third});
          for (int fourth : edges) {
            agree(new byte[] {(byte) lead, (byte) second, (byte) third, (byte) fourth});
          }
        }
      }
    }
  }

  private static void agree(byte[] bytes) {
    String expected;
    try {
      expected = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      expected = null;
    }
    String got;
    try {
      TextList list = TextList.decode(bytes, new int[] {bytes.length});
      got = list.getFirst();
      assertArrayEquals(bytes, list.toUtf8());
    } catch (CharacterCodingException e) {
      got = null;
    }
    assertEquals(expected, got, () -> java.util.HexFormat.of().formatHex(bytes));
  }
}
