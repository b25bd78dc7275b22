// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.TensorInfo;
import dev.gatun.io.TensorSource;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Parameters from a file. A matrix is read into a staging buffer and packed at once; the file's
 * bytes are never mapped into native code. A parameter that was asked for before is shared, not
 * read again. Used by one thread while a model is built.
 */
public final class FileParameters implements ParameterSource, AutoCloseable {
  private final TensorSource tensors;
  private final Function<String, StoredTensor> names;
  private final ModelMemory memory;
  private Staging staging;

  /**
   * Reads from {@code tensors} into {@code memory}.
   *
   * @param names where the file keeps a parameter of a Hugging Face name
   */
  public FileParameters(
      TensorSource tensors, Function<String, StoredTensor> names, ModelMemory memory) {
    this.tensors = tensors;
    this.names = names;
    this.memory = memory;
  }

  @Override
  public Device device() {
    return memory.device();
  }

  @Override
  public Arithmetic arithmetic() {
    return memory.arithmetic();
  }

  @Override
  public boolean has(String name) {
    return tensors.find(names.apply(name).name()).isPresent();
  }

  @Override
  public Parameter matrix(String name, long out, long in) {
    return matrix(name, out, in, false);
  }

  @Override
  public Parameter preciseMatrix(String name, long out, long in) {
    return matrix(name, out, in, true);
  }

  private Parameter matrix(String name, long out, long in, boolean sixteenBits) {
    Parameter known = memory.find(name);
    if (known != null) {
      return known;
    }
    StoredTensor stored = names.apply(name);
    TensorInfo info = tensors.info(stored.name());
    long storedRows = stored.storedRows() == 0 ? out : stored.storedRows();
    requireShape(
        info,
        name,
        stored.transposed() ? new long[] {in, storedRows} : new long[] {storedRows, in});
    MemorySegment rows =
        stored.transposed()
            ? readTransposed(info, stored, out, in)
            : readRows(info, stored, out, in);
    try {
      return memory.addMatrix(name, rows, info.dtype(), out, in, sixteenBits);
    } catch (UnsupportedOperationException e) {
      throw new UnsupportedModelException(
          info.file() + ": tensor " + info.name() + ": " + e.getMessage());
    }
  }

  private MemorySegment readRows(TensorInfo info, StoredTensor stored, long out, long in) {
    long rowBytes = info.dtype().byteSize(in);
    long bytes = Math.multiplyExact(rowBytes, out);
    if (stored.interleavedHeads() == 0) {
      MemorySegment rows = stage(bytes);
      tensors.read(info, stored.firstRow() * rowBytes, bytes, rows);
      return rows;
    }
    MemorySegment both = stage(2 * bytes);
    MemorySegment read = both.asSlice(bytes, bytes);
    tensors.read(info, stored.firstRow() * rowBytes, bytes, read);
    for (long row = 0; row < out; row++) {
      long source = stored.source(row, out) - stored.firstRow();
      MemorySegment.copy(read, source * rowBytes, both, row * rowBytes, rowBytes);
    }
    return both.asSlice(0, bytes);
  }

  private MemorySegment readTransposed(TensorInfo info, StoredTensor stored, long out, long in) {
    int size = info.dtype().blockBytes();
    if (info.dtype().blockElements() != 1 || (size != 2 && size != 4)) {
      throw new UnsupportedModelException(
          info.file()
              + ": tensor "
              + info.name()
              + " is stored transposed in "
              + info.dtype()
              + ", expected F32, F16 or BF16");
    }
    long bytes = Math.multiplyExact(out * in, (long) size);
    MemorySegment all = stage(bytes + info.byteLength());
    MemorySegment read = all.asSlice(bytes, info.byteLength());
    tensors.read(info, read);
    long storedRows = info.dimension(1);
    int columns = Math.toIntExact(in);
    for (long row = 0; row < out; row++) {
      long source = stored.source(row, out);
      if (size == 4) {
        int[] values = new int[columns];
        for (int k = 0; k < columns; k++) {
          values[k] = read.getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, k * storedRows + source);
        }
        MemorySegment.copy(
            values, 0, all, ValueLayout.JAVA_INT_UNALIGNED, row * in * size, columns);
      } else {
        short[] values = new short[columns];
        for (int k = 0; k < columns; k++) {
          values[k] = read.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, k * storedRows + source);
        }
        MemorySegment.copy(
            values, 0, all, ValueLayout.JAVA_SHORT_UNALIGNED, row * in * size, columns);
      }
    }
    return all.asSlice(0, bytes);
  }

  @Override
  public Parameter vector(String name, long length) {
    Parameter known = memory.find(name);
    if (known != null) {
      return known;
    }
    StoredTensor stored = names.apply(name);
    TensorInfo info = tensors.info(stored.name());
    long storedLength = stored.storedRows() == 0 ? length : stored.storedRows();
    requireShape(info, name, new long[] {storedLength});
    float[] all = readVector(info);
    if (all.length == length && stored.firstRow() == 0 && stored.interleavedHeads() == 0) {
      return memory.addVector(name, all);
    }
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      values[i] = all[Math.toIntExact(stored.source(i, length))];
    }
    return memory.addVector(name, values);
  }

  @Override
  public Parameter table(String name, long rows, long columns) {
    Parameter known = memory.find(name);
    if (known != null) {
      return known;
    }
    TensorInfo info = tensors.info(names.apply(name).name());
    requireShape(info, name, new long[] {rows, columns});
    return memory.addTable(name, readVector(info), rows, columns);
  }

  private float[] readVector(TensorInfo info) {
    MemorySegment bytes = stage(info.byteLength());
    tensors.read(info, bytes);
    float[] values = new float[Math.toIntExact(info.elementCount())];
    if (info.dtype() == DType.F32) {
      MemorySegment.copy(bytes, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values, 0, values.length);
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (info.dtype()) {
            case F16 -> Float.float16ToFloat(bytes.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i));
            case BF16 ->
                Float.intBitsToFloat(bytes.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i) << 16);
            default ->
                throw new UnsupportedModelException(
                    info.file()
                        + ": tensor "
                        + info.name()
                        + " is a vector in "
                        + info.dtype()
                        + ", expected F32, F16 or BF16");
          };
    }
    return values;
  }

  /** The values of a vector that is no parameter, or null if the file does not have it. */
  public float[] valuesOrNull(String storedName) {
    return tensors.find(storedName).map(this::readVector).orElse(null);
  }

  @Override
  public Parameter constant(String name, float[] values) {
    return memory.constant(name, values);
  }

  private static void requireShape(TensorInfo info, String name, long[] expected) {
    if (!info.hasShape(expected)) {
      throw new ModelFormatException(
          info.file()
              + ": tensor "
              + info.name()
              + " has shape "
              + Arrays.toString(info.shape())
              + ", expected "
              + Arrays.toString(expected)
              + " for "
              + name
              + " by the model's configuration");
    }
  }

  private MemorySegment stage(long bytes) {
    if (staging == null || staging.memory.byteSize() < bytes) {
      close();
      staging = new Staging(bytes);
    }
    return staging.memory.asSlice(0, bytes);
  }

  /** Where a tensor's bytes wait to be packed. */
  private static final class Staging implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;

    Staging(long bytes) {
      memory = arena.allocate(bytes, 64);
    }

    @Override
    public void close() {
      arena.close();
    }
  }

  /** Frees the staging buffer; the parameters stay with their memory. */
  @Override
  public void close() {
    if (staging != null) {
      staging.close();
      staging = null;
    }
  }
}
