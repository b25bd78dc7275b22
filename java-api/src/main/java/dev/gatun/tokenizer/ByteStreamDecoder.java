// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/**
 * Streams tokens that stand for bytes: each id adds its bytes, complete UTF-8 characters come out.
 * Allocates nothing per id beyond the text itself.
 */
final class ByteStreamDecoder implements StreamDecoder {
  private static final byte[] NOTHING = new byte[0];

  private final IntFunction<byte[]> bytesOf;
  private final boolean stripsFirstSpace;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer bytes = ByteBuffer.allocate(256);
  private CharBuffer chars = CharBuffer.allocate(256);
  private boolean atStart = true;

  /**
   * A decoder over a table of token bytes.
   *
   * @param bytesOf the bytes of an id, empty for ids to leave out
   * @param stripsFirstSpace whether the text loses a leading space
   */
  ByteStreamDecoder(IntFunction<byte[]> bytesOf, boolean stripsFirstSpace) {
    this.bytesOf = bytesOf;
    this.stripsFirstSpace = stripsFirstSpace;
  }

  @Override
  public String push(int id) {
    return decode(bytesOf.apply(id), false);
  }

  @Override
  public String finish() {
    String rest = decode(NOTHING, true);
    decoder.reset();
    bytes.clear();
    atStart = true;
    return rest;
  }

  private String decode(byte[] more, boolean last) {
    if (more.length == 0 && !last) {
      return "";
    }
    int from = 0;
    if (atStart && more.length > 0) {
      from = stripsFirstSpace && more[0] == ' ' ? 1 : 0;
      atStart = false;
    }
    reserve(more.length);
    bytes.put(more, from, more.length - from).flip();
    chars.clear();
    CoderResult result = decoder.decode(bytes, chars, last);
    while (result.isOverflow()) {
      chars = CharBuffer.allocate(2 * chars.capacity()).put(chars.flip());
      result = decoder.decode(bytes, chars, last);
    }
    bytes.compact();
    return chars.flip().toString();
  }

  private void reserve(int more) {
    if (bytes.remaining() < more) {
      bytes = ByteBuffer.allocate(2 * (bytes.position() + more)).put(bytes.flip());
    }
  }
}
