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
    int step = tensor.type().bytes();
    ByteBuffer bytes = tensor.bytes(file, first * step, Math.toIntExact(count * step));
    for (long i = 0; i < count; i++) {
      float value = dequantised(tensor.next(bytes), first + i);
      destination.set(ValueLayout.JAVA_FLOAT_UNALIGNED, i * Float.BYTES, value);
    }
  }

  /** Stored row by row; element (in, out) becomes (out, in). */
  private void readTransposed(long first, long count, MemorySegment destination) {
    long in = tensor.shape()[0];
    long out = tensor.shape()[1];
    int step = tensor.type().bytes();
    int rowBytes = Math.toIntExact(out * step);
    for (long row = 0; row < in; row++) {
      ByteBuffer bytes = tensor.bytes(file, row * rowBytes, rowBytes);
      for (long column = 0; column < out; column++) {
        float value = dequantised(tensor.next(bytes), row * out + column);
        long at = column * in + row - first;
        if (at >= 0 && at < count) {
          destination.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at * Float.BYTES, value);
        }
      }
    }
  }

  private float dequantised(float stored, long index) {
    if (scales == null) {
      return stored;
    }
    int channel = 0;
    if (scales.length > 1) {
      long inner = 1;
      for (int d = axis + 1; d < tensor.shape().length; d++) {
        inner *= tensor.shape()[d];
      }
      channel = (int) (index / inner % scales.length);
    }
    return (stored - zeroPoints[channel]) * scales[channel];
  }
}
