// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import dev.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A weight of an ONNX graph as f32: scale (q - zero point) where it is quantised, [out, in] where
 * the graph has it the other way round.
 *
 * @param tensor as stored
 * @param file that holds it
 * @param scales one, or one per entry of {@code axis}; null for weights that are not quantised
 * @param zeroPoints as many
 * @param axis of the stored tensor
 * @param transposed whether the weight is the transpose of the stored matrix
 */
record OnnxWeight(
    OnnxTensor tensor,
    FileBytes file,
    float[] scales,
    float[] zeroPoints,
    int axis,
    boolean transposed) {
  private static final int BLOCK = 1 << 16;
  private static final int LINE = 16;

  /** A weight that is not quantised. */
  static OnnxWeight plain(OnnxTensor tensor, FileBytes file, boolean transposed) {
    return new OnnxWeight(tensor, file, null, null, 0, transposed);
  }

  /** A quantised weight, or null if the sizes of scale and zero point do not fit it. */
  static OnnxWeight quantised(
      OnnxTensor tensor,
      FileBytes file,
      OnnxTensor scale,
      OnnxTensor zeroPoint,
      int axis,
      boolean transposed) {
    int rank = tensor.shape().length;
    int along = rank < 2 ? 0 : Math.floorMod(axis, rank);
    long count = scale.elements();
    boolean fits = count == 1 || rank > 0 && count == tensor.shape()[along];
    if (!fits || zeroPoint != null && zeroPoint.elements() != count || count > 1 << 24) {
      throw new ModelFormatException(
          file.path()
              + ": tensor "
              + Quoted.of(tensor.name())
              + " has "
              + count
              + " scales and "
              + (zeroPoint == null ? 0 : zeroPoint.elements())
              + " zero points, expected one of each or one for each entry of dimension "
              + along);
    }
    float[] scales = scale.floats(file);
    float[] zeros = zeroPoint == null ? new float[scales.length] : zeroPoint.floats(file);
    return new OnnxWeight(tensor, file, scales, zeros, along, transposed);
  }

  TensorInfo info(String name, Path path) {
    long[] stored = tensor.shape();
    long[] shape = transposed ? new long[] {stored[1], stored[0]} : stored;
    long offset = tensor.data() == null ? 0 : tensor.data().offset();
    long bytes;
    try {
      bytes = CheckedMath.multiply(tensor.elements(), Float.BYTES);
    } catch (ArithmeticException e) {
      throw new ModelFormatException(path + ": tensor " + Quoted.of(name) + ": " + e.getMessage());
    }
    return new TensorInfo(name, DType.F32, shape, offset, bytes, path);
  }

  /** Writes elements {@code first} to {@code first + count - 1} of the weight. */
  void read(long first, long count, MemorySegment destination) {
    boolean direct = tensor.type() == OnnxTensor.Type.FLOAT && scales == null && !transposed;
    if (direct && tensor.data() != null) {
      long offset = tensor.data().offset() + first * Float.BYTES;
      file.read(offset, count * Float.BYTES, destination);
    } else if (transposed) {
      readTransposed(first, count, destination);
    } else {
      readInOrder(first, count, destination);
    }
  }

  private void readInOrder(long first, long count, MemorySegment destination) {
    float[] values = new float[(int) Math.min(count, BLOCK)];
    for (long done = 0; done < count; done += values.length) {
      int length = (int) Math.min(values.length, count - done);
      decode(first + done, length, values);
      MemorySegment.copy(
          values, 0, destination, ValueLayout.JAVA_FLOAT_UNALIGNED, done * Float.BYTES, length);
    }
  }

  /** Stored row by row; element (in, out) becomes (out, in). A cache line of results at a time. */
  private void readTransposed(long first, long count, MemorySegment destination) {
    long in = tensor.shape()[0];
    int out = Math.toIntExact(tensor.shape()[1]);
    float[][] rows = new float[LINE][out];
    float[] line = new float[LINE];
    for (long row = 0; row < in; row += LINE) {
      int height = (int) Math.min(LINE, in - row);
      for (int r = 0; r < height; r++) {
        decode((row + r) * out, out, rows[r]);
      }
      for (int column = 0; column < out; column++) {
        for (int r = 0; r < height; r++) {
          line[r] = rows[r][column];
        }
        // What lies outside of the wanted range is cut off.
        long at = column * in + row - first;
        int from = (int) Math.clamp(-at, 0, (long) height);
        int to = (int) Math.clamp(count - at, 0, (long) height);
        if (from < to) {
          MemorySegment.copy(
              line,
              from,
              destination,
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              (at + from) * Float.BYTES,
              to - from);
        }
      }
    }
  }

  /** Elements {@code first} to {@code first + count - 1} in the stored order. */
  private void decode(long first, int count, float[] values) {
    int step = tensor.type().bytes();
    ByteBuffer bytes = tensor.bytes(file, first * step, Math.multiplyExact(count, step));
    for (int i = 0; i < count; i++) {
      values[i] = tensor.next(bytes);
    }
    if (scales == null) {
      return;
    }
    if (scales.length == 1) {
      for (int i = 0; i < count; i++) {
        values[i] = (values[i] - zeroPoints[0]) * scales[0];
      }
      return;
    }
    long inner = 1;
    for (int d = axis + 1; d < tensor.shape().length; d++) {
      inner *= tensor.shape()[d];
    }
    for (int i = 0; i < count; i++) {
      int channel = (int) ((first + i) / inner % scales.length);
      values[i] = (values[i] - zeroPoints[channel]) * scales[channel];
    }
  }
}
