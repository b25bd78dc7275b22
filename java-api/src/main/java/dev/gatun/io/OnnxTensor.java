// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A {@code TensorProto}: its type and shape, and where its elements lie, little endian and
 * row-major.
 *
 * @param name may be empty for a constant
 * @param type of the elements
 * @param shape row-major; empty for a scalar
 * @param data their bytes in the file, or null where {@code small} has them
 * @param small the bytes of what is not stored as such
 */
record OnnxTensor(String name, Type type, long[] shape, ProtoInput.Range data, byte[] small) {
  private static final int MOST_RANK = 8;
  private static final int MOST_SMALL = 1 << 16;
  private static final int MOST_UNPACKED = 256;
  private static final int EXTERNAL = 1;

  /** The element types that weights have. */
  enum Type {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    INT32(6, 4),
    INT64(7, 8),
    FLOAT16(10, 2),
    DOUBLE(11, 8),
    BFLOAT16(16, 2),
    /** Of no weight: bool, strings, complex numbers. */
    OTHER(0, 0);

    private final int code;
    private final int bytes;

    Type(int code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    static Type of(long code) {
      for (Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      return OTHER;
    }
  }

  /** Reads and checks one. */
  static OnnxTensor read(ProtoInput message) {
    List<Long> dims = new ArrayList<>();
    String name = "";
    Type type = Type.OTHER;
    ProtoInput.Range raw = null;
    ProtoInput.Range floats = null;
    long[] numbers = null;
    while (message.next()) {
      switch (message.field()) {
        case 1 -> {
          for (long dim : message.varints(MOST_RANK)) {
            dims.add(dim);
          }
          if (dims.size() > MOST_RANK) {
            throw message.error("a tensor has more than " + MOST_RANK + " dimensions");
          }
        }
        case 2 -> type = Type.of(message.varint());
        case 3 -> throw message.error("a tensor is stored in segments, which are not read");
        case 4 -> floats = floats(message, floats);
        case 5, 7 -> numbers = numbers(message, numbers);
        case 8 -> name = message.string();
        case 9 -> raw = message.bytes();
        case 13 -> throw external(message);
        case 14 -> {
          if (message.varint() == EXTERNAL) {
            throw external(message);
          }
        }
        default -> message.skip();
      }
    }
    long[] shape = dims.stream().mapToLong(Long::longValue).toArray();
    if (type == Type.OTHER) {
      return new OnnxTensor(name, type, shape, null, new byte[0]);
    }
    return checked(message, name, type, shape, raw != null ? raw : floats, raw, numbers);
  }

  private static OnnxTensor checked(
      ProtoInput message,
      String name,
      Type type,
      long[] shape,
      ProtoInput.Range stored,
      ProtoInput.Range raw,
      long[] numbers) {
    long elements;
    long bytes;
    try {
      elements = CheckedMath.elements(shape);
      bytes = CheckedMath.multiply(elements, type.bytes());
    } catch (ArithmeticException e) {
      throw message.error(
          "tensor " + Quoted.of(name) + " has the impossible shape " + Arrays.toString(shape));
    }
    if (stored != null && numbers != null || raw == null && stored != null && type != Type.FLOAT) {
      throw message.error("tensor " + Quoted.of(name) + " has its elements in two forms");
    }
    if (stored == null) {
      long given = numbers == null ? 0 : numbers.length;
      if (given != elements) {
        throw message.error(
            "tensor " + Quoted.of(name) + " has " + given + " elements, expected " + elements);
      }
      return new OnnxTensor(name, type, shape, null, packed(type, numbers));
    }
    if (stored.length() != bytes) {
      throw message.error(
          "tensor "
              + Quoted.of(name)
              + " has "
              + stored.length()
              + " bytes, expected "
              + bytes
              + " by its shape");
    }
    return new OnnxTensor(name, type, shape, stored, null);
  }

  private static ModelFormatException external(ProtoInput message) {
    return message.error(
        "a tensor lies in another file; export the model into one file, or use its safetensors");
  }

  private static ProtoInput.Range floats(ProtoInput message, ProtoInput.Range before) {
    if (before != null || message.wire() != ProtoInput.LENGTH) {
      throw message.error("the numbers of a tensor are not packed");
    }
    return message.bytes();
  }

  private static long[] numbers(ProtoInput message, long[] before) {
    long[] more = message.varints(MOST_SMALL);
    if (before == null) {
      return more;
    }
    if (before.length + more.length > MOST_UNPACKED) {
      throw message.error("the numbers of a tensor are not packed");
    }
    long[] all = Arrays.copyOf(before, before.length + more.length);
    System.arraycopy(more, 0, all, before.length, more.length);
    return all;
  }

  private static byte[] packed(Type type, long[] numbers) {
    int count = numbers == null ? 0 : numbers.length;
    ByteBuffer bytes = ByteBuffer.allocate(count * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      switch (type.bytes()) {
        case 1 -> bytes.put((byte) numbers[i]);
        case 2 -> bytes.putShort((short) numbers[i]);
        case 4 -> bytes.putInt((int) numbers[i]);
        default -> bytes.putLong(numbers[i]);
      }
    }
    return bytes.array();
  }

  long elements() {
    return CheckedMath.elements(shape);
  }

  /** Bytes {@code from} to {@code from + count - 1} of the elements. */
  ByteBuffer bytes(FileBytes file, long from, int count) {
    byte[] bytes =
        data == null
            ? Arrays.copyOfRange(small, (int) from, (int) from + count)
            : file.read(data.offset() + from, count);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All elements as numbers; for scales and zero points. */
  float[] floats(FileBytes file) {
    int count = (int) elements();
    ByteBuffer bytes = bytes(file, 0, count * type.bytes());
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = next(bytes);
    }
    return values;
  }

  /** The next element of {@code bytes}. */
  float next(ByteBuffer bytes) {
    return switch (type) {
      case FLOAT -> bytes.getFloat();
      case UINT8 -> bytes.get() & 0xff;
      case INT8 -> bytes.get();
      case INT32 -> bytes.getInt();
      case INT64 -> bytes.getLong();
      case FLOAT16 -> Float.float16ToFloat(bytes.getShort());
      case DOUBLE -> (float) bytes.getDouble();
      case BFLOAT16 -> Float.intBitsToFloat(bytes.getShort() << 16);
      case OTHER -> throw new IllegalStateException("a tensor without numbers");
    };
  }
}
