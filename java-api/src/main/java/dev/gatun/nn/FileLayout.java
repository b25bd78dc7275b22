// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Values of parameters in the layout of a file, where several parameters may share a tensor, and
 * matrices may be stored transposed: the reverse of how {@link FileParameters} reads.
 */
public final class FileLayout {
  private static final int MOST_ROWS = 256;

  /** Gives rows of a parameter's values, or of values that belong to it, such as its gradient. */
  @FunctionalInterface
  public interface RowReader {
    /**
     * Rows {@code first} to {@code first + count - 1}; the elements of a vector count as rows.
     *
     * @return row-major, as many values as the rows have
     */
    float[] read(Parameter parameter, long first, int count);
  }

  /**
   * A tensor of a file.
   *
   * @param shape as stored
   * @param data f32, row-major; lives as long as the arena it was made in
   */
  public record FileTensor(long[] shape, MemorySegment data) {}

  private FileLayout() {}

  /** The current values of a parameter. */
  public static float[] values(Parameter parameter, long first, int count) {
    if (parameter.matrix() != null) {
      return parameter.matrix().readRows(first, count);
    }
    return parameter.vector().rows(first, count).toFloatArray();
  }

  /**
   * Puts the tensors of a file together.
   *
   * @param arena of their memory
   * @param names the tensor that holds a parameter
   * @return by name, in the order in which their first parameter comes
   */
  public static Map<String, FileTensor> assemble(
      Arena arena,
      List<Parameter> parameters,
      Function<String, StoredTensor> names,
      RowReader reader) {
    Map<String, FileTensor> tensors = new LinkedHashMap<>();
    for (Parameter parameter : parameters) {
      StoredTensor stored = names.apply(parameter.name());
      FileTensor tensor =
          tensors.computeIfAbsent(stored.name(), ignored -> allocate(arena, stored, parameter));
      put(tensor.data(), stored, parameter, reader);
    }
    return tensors;
  }

  private static long columns(Parameter parameter) {
    long[] shape = parameter.shape();
    return shape.length == 1 ? 1 : shape[1];
  }

  private static long rows(StoredTensor stored, Parameter parameter) {
    return stored.storedRows() == 0 ? parameter.shape()[0] : stored.storedRows();
  }

  private static FileTensor allocate(Arena arena, StoredTensor stored, Parameter parameter) {
    long rows = rows(stored, parameter);
    long columns = columns(parameter);
    boolean vector = parameter.shape().length == 1;
    long[] shape =
        vector
            ? new long[] {rows}
            : stored.transposed() ? new long[] {columns, rows} : new long[] {rows, columns};
    return new FileTensor(shape, arena.allocate(rows * columns * Float.BYTES, 64));
  }

  private static void put(
      MemorySegment data, StoredTensor stored, Parameter parameter, RowReader reader) {
    long own = parameter.shape()[0];
    long rows = rows(stored, parameter);
    long columns = columns(parameter);
    for (long first = 0; first < own; first += MOST_ROWS) {
      int count = (int) Math.min(MOST_ROWS, own - first);
      float[] values = reader.read(parameter, first, count);
      for (int r = 0; r < count; r++) {
        long row = stored.source(first + r, own);
        for (long c = 0; c < columns; c++) {
          long at = stored.transposed() ? c * rows + row : row * columns + c;
          data.setAtIndex(ValueLayout.JAVA_FLOAT, at, values[Math.toIntExact(r * columns + c)]);
        }
      }
    }
  }
}
