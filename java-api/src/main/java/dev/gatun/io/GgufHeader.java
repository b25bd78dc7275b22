// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import dev.gatun.tensor.DType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The header of one GGUF file: magic, version, counts, key-value pairs, tensor descriptions. The
 * data section starts at the next multiple of the alignment and holds the tensors in the order of
 * their descriptions, each padded to the alignment.
 */
final class GgufHeader {
  private static final int MAGIC = 0x46554747; // "GGUF", little endian
  private static final int MAX_COUNT = 65_536;
  private static final int MIN_KEY_VALUE_BYTES = 8 + 1 + 4 + 1;
  private static final int MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;
  private static final int MAX_TENSOR_NAME_BYTES = 63;
  private static final int MAX_RANK = 4;
  private static final int DEFAULT_ALIGNMENT = 32;
  private static final int MAX_ALIGNMENT = 64 << 10;
  private static final String ALIGNMENT = "general.alignment";

  private final int version;
  private final GgufMetadata metadata;
  private final List<TensorInfo> tensors;

  private GgufHeader(int version, GgufMetadata metadata, List<TensorInfo> tensors) {
    this.version = version;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  int version() {
    return version;
  }

  GgufMetadata metadata() {
    return metadata;
  }

  List<TensorInfo> tensors() {
    return tensors;
  }

  static GgufHeader read(FileBytes file) {
    GgufInput in = new GgufInput(file);
    if (file.length() < 4 || in.readInt("magic") != MAGIC) {
      throw new ModelFormatException(
          file.path() + ": expected a GGUF file, got " + FileKind.of(file).description());
    }
    int version = in.readInt("version");
    checkVersion(in, version);
    int tensorCount = readCount(in, "number of tensors", MIN_TENSOR_BYTES);
    int keyCount = readCount(in, "number of keys", MIN_KEY_VALUE_BYTES);
    GgufMetadata metadata = GgufMetadata.read(in, file.path(), keyCount);
    in.enter("header", null);
    int alignment = alignment(metadata, in);
    List<Description> descriptions = readDescriptions(in, tensorCount, alignment);
    return new GgufHeader(version, metadata, place(in, file, descriptions, alignment));
  }

  private static void checkVersion(GgufInput in, int version) {
    if (version != 0 && (version & 0xFFFF) == 0) {
      throw in.error(
          "version", "a little-endian file", "a big-endian one; convert it to little endian");
    } else if (version < 2 || version > 3) {
      throw in.error(
          "version", "2 or 3", Integer.toUnsignedString(version) + "; convert the model again");
    }
  }

  private static int readCount(GgufInput in, String field, int minimumBytes) {
    long count = in.readCount(field, MAX_COUNT);
    in.requireRemaining(CheckedMath.multiply(count, minimumBytes), field);
    return (int) count;
  }

  private static int alignment(GgufMetadata metadata, GgufInput in) {
    if (!metadata.has(ALIGNMENT)) {
      return DEFAULT_ALIGNMENT;
    }
    if (!metadata.isUnsigned32(ALIGNMENT)) {
      throw in.error(ALIGNMENT, "an unsigned 32-bit integer", metadata.describe(ALIGNMENT));
    }
    long value = metadata.requireLong(ALIGNMENT);
    if (value < 1 || value > MAX_ALIGNMENT || Long.bitCount(value) != 1) {
      throw in.error(ALIGNMENT, "a power of two up to " + MAX_ALIGNMENT, String.valueOf(value));
    }
    return (int) value;
  }

  /** A tensor as described, offset from the start of the data section. */
  private record Description(String name, DType dtype, long[] shape, long offset, long bytes) {}

  private static List<Description> readDescriptions(GgufInput in, int count, int alignment) {
    List<Description> descriptions = new ArrayList<>(count);
    Set<String> names = new HashSet<>();
    long expectedOffset = 0;
    for (int i = 0; i < count; i++) {
      Description next = readDescription(in);
      if (!names.add(next.name)) {
        throw in.error("name", "unique names", "a second one");
      }
      if (next.offset != expectedOffset) {
        throw in.error(
            "offset",
            expectedOffset + ", where the tensor before it ends (alignment " + alignment + ")",
            Long.toUnsignedString(next.offset));
      }
      try {
        expectedOffset =
            CheckedMath.alignUp(CheckedMath.add(expectedOffset, next.bytes), alignment);
      } catch (ArithmeticException e) {
        throw in.error("size", "a total size below 2^63", "more");
      }
      descriptions.add(next);
    }
    return descriptions;
  }

  private static Description readDescription(GgufInput in) {
    in.enter("tensor", null);
    String name = GgufMetadata.readText(in, "name", MAX_TENSOR_NAME_BYTES);
    in.enter("tensor", name);
    if (name.isEmpty()) {
      throw in.error("name", "a name", "an empty string");
    }
    int rank = in.readInt("number of dimensions");
    if (rank < 1 || rank > MAX_RANK) {
      throw in.error("number of dimensions", "1 to " + MAX_RANK, Integer.toUnsignedString(rank));
    }
    long[] shape = new long[rank]; // slowest first; the file has the fastest first
    for (int i = rank - 1; i >= 0; i--) {
      shape[i] = in.readLong("dimensions");
      if (shape[i] < 0) {
        throw in.error("dimensions", "at most 2^63-1", Long.toUnsignedString(shape[i]));
      }
    }
    DType dtype = dtype(in, in.readInt("type"));
    long offset = in.readLong("offset");
    return new Description(name, dtype, shape, offset, byteSize(in, dtype, shape));
  }

  private static DType dtype(GgufInput in, int id) {
    DType dtype = id >= 0 && id < DType.U8.code() ? DType.find(id).orElse(null) : null;
    if (dtype == null) {
      boolean removed = id == 4 || id == 5 || (id >= 31 && id <= 33) || (id >= 36 && id <= 38);
      throw new UnsupportedModelException(
          in.error("type", "a known tensor type", Integer.toUnsignedString(id)).getMessage()
              + (removed
                  ? ", which was removed from the format; convert the model again"
                  : "; the file is damaged or newer than this version"));
    }
    if (dtype == DType.Q8_1 || dtype == DType.Q8_K) {
      throw new UnsupportedModelException(
          in.error("type", "a type for files", dtype + ", which exists in memory only")
              .getMessage());
    }
    return dtype;
  }

  private static long byteSize(GgufInput in, DType dtype, long[] shape) {
    long row = shape[shape.length - 1];
    if (row % dtype.blockElements() != 0) {
      throw in.error(
          "row length",
          "a multiple of " + dtype.blockElements() + " for " + dtype,
          String.valueOf(row));
    }
    try {
      return dtype.byteSize(CheckedMath.elements(shape));
    } catch (ArithmeticException e) {
      throw in.error("dimensions", "a size below 2^63 bytes", "more");
    }
  }

  private static List<TensorInfo> place(
      GgufInput in, FileBytes file, List<Description> descriptions, int alignment) {
    List<TensorInfo> tensors = new ArrayList<>(descriptions.size());
    if (descriptions.isEmpty()) {
      return tensors;
    }
    long dataStart = CheckedMath.alignUp(in.position(), alignment);
    for (Description next : descriptions) {
      long available = file.length() - dataStart;
      if (!CheckedMath.inside(next.offset, next.bytes, available)) {
        in.enter("tensor", next.name);
        throw in.error(
            "data",
            next.bytes + " bytes at byte " + next.offset + " of the data",
            Math.max(0, available) + " bytes of data in the file; it is truncated, fetch it again");
      }
      tensors.add(
          new TensorInfo(
              next.name, next.dtype, next.shape, dataStart + next.offset, next.bytes, file.path()));
    }
    return tensors;
  }
}
