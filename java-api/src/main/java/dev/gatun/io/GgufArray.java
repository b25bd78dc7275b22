// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * An array of a GGUF file, kept as its bytes: a vocabulary of strings costs its text and four bytes
 * per entry, and becomes objects only when it is asked for.
 */
final class GgufArray {
  static final int MAX_STRINGS = 1 << 24;
  static final int MAX_BYTES = 64 << 20;
  private static final String ELEMENTS = "elements";
  private static final String ELEMENT_LENGTH = "length of an element";
  private static final int FIRST_CAPACITY = 1 << 16;

  private final GgufType type;
  private final int count;
  private final byte[] bytes;
  // Strings only: string i is bytes[ends[i - 1], ends[i]).
  private final int[] ends;

  private GgufArray(GgufType type, int count, byte[] bytes, int[] ends) {
    this.type = type;
    this.count = count;
    this.bytes = bytes;
    this.ends = ends;
  }

  static GgufArray read(GgufInput in) {
    int typeId = in.readInt("element type");
    GgufType type = GgufType.find(typeId);
    if (type == null || type == GgufType.ARRAY) {
      throw in.error(
          "element type",
          "an array of numbers, booleans or strings",
          type == null ? "element type " + typeId : "an array of arrays");
    }
    long limit = type == GgufType.STRING ? MAX_STRINGS : MAX_BYTES / type.minimumBytes();
    int count = (int) in.readCount("array length", limit);
    in.requireRemaining(CheckedMath.multiply(count, type.minimumBytes()), ELEMENTS);
    if (type == GgufType.STRING) {
      return readStrings(in, count);
    }
    byte[] bytes = in.readBytes(count * type.minimumBytes(), ELEMENTS);
    if (type == GgufType.BOOL) {
      for (byte b : bytes) {
        if ((b & 0xFF) > 1) {
          throw in.error(ELEMENTS, "booleans that are 0 or 1", String.valueOf(b & 0xFF));
        }
      }
    }
    return new GgufArray(type, count, bytes, null);
  }

  private static GgufArray readStrings(GgufInput in, int count) {
    int[] ends = new int[count];
    byte[] text = new byte[FIRST_CAPACITY];
    int used = 0;
    for (int i = 0; i < count; i++) {
      int length = in.shortLength();
      if (length < 0) {
        length = (int) in.readCount(ELEMENT_LENGTH, GgufMetadata.MAX_STRING_BYTES);
      }
      if (length > text.length - used) {
        in.requireRemaining(length, ELEMENTS);
        text = grown(in, text, used, length);
      }
      in.readBytes(text, used, length, ELEMENTS);
      used += length;
      ends[i] = used;
    }
    return new GgufArray(GgufType.STRING, count, Arrays.copyOf(text, used), ends);
  }

  private static byte[] grown(GgufInput in, byte[] text, int used, int length) {
    long needed = CheckedMath.add(used, length);
    if (needed > MAX_BYTES) {
      throw in.error(ELEMENTS, "at most " + MAX_BYTES + " bytes of text", "more");
    }
    return Arrays.copyOf(text, (int) Math.min(MAX_BYTES, Math.max(needed, 2L * text.length)));
  }

  GgufType type() {
    return type;
  }

  int count() {
    return count;
  }

  private ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All elements; strictly, so that no two different byte strings become the same text. */
  TextList texts() throws CharacterCodingException {
    return TextList.decode(bytes, ends);
  }

  /** Element {@code i} of an array of integers; unsigned 64-bit values may come out negative. */
  long integer(int i) {
    ByteBuffer in = buffer();
    return switch (type) {
      case UINT8, BOOL -> in.get(i) & 0xFFL;
      case INT8 -> in.get(i);
      case UINT16 -> in.getShort(2 * i) & 0xFFFFL;
      case INT16 -> in.getShort(2 * i);
      case UINT32 -> in.getInt(4 * i) & 0xFFFF_FFFFL;
      case INT32 -> in.getInt(4 * i);
      case UINT64, INT64 -> in.getLong(8 * i);
      default -> throw new IllegalStateException(type + " is not an integer");
    };
  }

  /** All elements of an array of 32-bit integers as they are, sign and all. */
  int[] rawInts() {
    int[] values = new int[count];
    buffer().asIntBuffer().get(values);
    return values;
  }

  float[] floats() {
    float[] values = new float[count];
    ByteBuffer in = buffer();
    for (int i = 0; i < count; i++) {
      values[i] = type == GgufType.FLOAT32 ? in.getFloat(4 * i) : (float) in.getDouble(8 * i);
    }
    return values;
  }
}
