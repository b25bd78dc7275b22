// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The fields of one protobuf message in a file, in order: {@code while (message.next()) ...}, then
 * exactly one getter or {@link #skip()} for each. Every length is checked against the message that
 * holds it before anything is read or allocated.
 */
final class ProtoInput {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private static final int MOST_DEPTH = 16;
  private static final int MOST_VARINT_BYTES = 10;
  private static final int MOST_STRING_BYTES = 1 << 16;

  /** A part of the file that was read last; small, since most of a model file is skipped. */
  private static final class Window {
    private static final int BYTES = 1 << 14;
    private final FileBytes file;
    private final ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    private long first;

    Window(FileBytes file) {
      this.file = file;
      bytes.limit(0);
    }

    int at(long position) {
      if (position < first || position >= first + bytes.limit()) {
        first = position;
        bytes.clear().limit((int) Math.min(BYTES, file.length() - position));
        file.read(position, bytes);
        bytes.flip();
      }
      return bytes.get((int) (position - first)) & 0xff;
    }
  }

  private final FileBytes file;
  private final Window window;
  private final int depth;
  private final long end;
  private long position;
  private int field;
  private int wire;

  /** The whole file as one message. */
  ProtoInput(FileBytes file) {
    this(file, new Window(file), 0, 0, file.length());
  }

  private ProtoInput(FileBytes file, Window window, int depth, long start, long end) {
    this.file = file;
    this.window = window;
    this.depth = depth;
    this.position = start;
    this.end = end;
  }

  /** Reads the next field's number and type; false at the end of the message. */
  boolean next() {
    if (position == end) {
      return false;
    }
    long tag = rawVarint();
    field = (int) (tag >>> 3);
    wire = (int) (tag & 7);
    if (tag < 0 || tag >>> 3 < 1 || tag >>> 3 > 0x1fffffff) {
      throw error("a field has number " + (tag >>> 3) + ", expected 1 to 2^29 - 1");
    }
    return true;
  }

  /** The number of the current field. */
  int field() {
    return field;
  }

  /** How the current field is stored. */
  int wire() {
    return wire;
  }

  /** The value of a varint field. */
  long varint() {
    require(VARINT);
    return rawVarint();
  }

  /** A nested message. */
  ProtoInput message() {
    if (depth == MOST_DEPTH) {
      throw error("messages are nested deeper than " + MOST_DEPTH);
    }
    long length = length();
    ProtoInput nested = new ProtoInput(file, window, depth + 1, position, position + length);
    position += length;
    return nested;
  }

  /** The values of a repeated varint: packed, or the one of this field. */
  long[] varints(int most) {
    if (wire == VARINT) {
      return new long[] {rawVarint()};
    }
    long length = length();
    long stop = position + length;
    long[] values = new long[(int) Math.min(length, most)];
    int count = 0;
    while (position < stop) {
      if (count == most) {
        throw error("a list of numbers has more than " + most + " entries");
      }
      values[count++] = rawVarint();
      if (position > stop) {
        throw error("a number runs past the end of its list");
      }
    }
    return Arrays.copyOf(values, count);
  }

  /** A text. */
  String string() {
    long length = length();
    if (length > MOST_STRING_BYTES) {
      throw error("a text has " + length + " bytes, expected at most " + MOST_STRING_BYTES);
    }
    byte[] bytes = file.read(position, (int) length);
    position += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw error("a text is not UTF-8");
    }
  }

  /** Where the bytes of the current field lie; they are not read. */
  Range bytes() {
    long length = length();
    Range range = new Range(position, length);
    position += length;
    return range;
  }

  /** A part of the file. */
  record Range(long offset, long length) {}

  /** Passes over the current field. */
  void skip() {
    switch (wire) {
      case VARINT -> rawVarint();
      case FIXED64 -> advance(Long.BYTES);
      case LENGTH -> advance(length());
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw error("field " + field + " has wire type " + wire + ", which is not used");
    }
  }

  private void advance(long bytes) {
    if (bytes > end - position) {
      throw error("field " + field + " runs past the end of its message");
    }
    position += bytes;
  }

  private long length() {
    require(LENGTH);
    long length = rawVarint();
    if (length < 0 || length > end - position) {
      throw error(
          "field "
              + field
              + " has "
              + Long.toUnsignedString(length)
              + " bytes, its message has "
              + (end - position)
              + " left");
    }
    return length;
  }

  private void require(int expected) {
    if (wire != expected) {
      throw error("field " + field + " has wire type " + wire + ", expected " + expected);
    }
  }

  private long rawVarint() {
    long value = 0;
    for (int i = 0; i < MOST_VARINT_BYTES; i++) {
      if (position == end) {
        throw error("a number runs past the end of its message");
      }
      int next = window.at(position++);
      value |= (long) (next & 0x7f) << 7 * i;
      if (next < 0x80) {
        return value;
      }
    }
    throw error("a number has more than " + MOST_VARINT_BYTES + " bytes");
  }

  ModelFormatException error(String what) {
    return new ModelFormatException(
        file.path() + ": expected an ONNX graph: at byte " + position + ": " + what);
  }
}
