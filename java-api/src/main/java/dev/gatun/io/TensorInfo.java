// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import dev.gatun.tensor.DType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;

/**
 * Where a tensor lies in a file and what it is. Made only by readers that have checked that the
 * shape, the format and the bytes agree and that the bytes lie inside the file.
 *
 * <p>The shape is row-major with the slowest dimension first in both formats: a weight matrix is
 * [out, in], also when it comes from GGUF, which writes it the other way round. Immutable.
 */
public final class TensorInfo {
  private final String name;
  private final DType dtype;
  private final long[] shape;
  private final long fileOffset;
  private final long byteLength;
  private final Path file;

  TensorInfo(String name, DType dtype, long[] shape, long fileOffset, long byteLength, Path file) {
    this.name = Objects.requireNonNull(name, "name");
    this.dtype = Objects.requireNonNull(dtype, "dtype");
    this.shape = shape.clone();
    this.fileOffset = fileOffset;
    this.byteLength = byteLength;
    this.file = Objects.requireNonNull(file, "file");
  }

  /** The name as the file has it. */
  public String name() {
    return name;
  }

  /** The storage format. */
  public DType dtype() {
    return dtype;
  }

  /** A copy of the shape, slowest dimension first; empty for a scalar. */
  public long[] shape() {
    return shape.clone();
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** The size of one dimension, 0 being the slowest. */
  public long dimension(int index) {
    return shape[index];
  }

  /** Whether the shape is exactly this one. */
  public boolean hasShape(long... expected) {
    return Arrays.equals(shape, expected);
  }

  /** The number of elements. */
  public long elementCount() {
    return CheckedMath.elements(shape);
  }

  /** The position of the first byte, from the start of the file. */
  public long fileOffset() {
    return fileOffset;
  }

  /** The number of bytes. */
  public long byteLength() {
    return byteLength;
  }

  /** The file that holds the bytes: a shard where the model is in several files. */
  public Path file() {
    return file;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TensorInfo that
        && name.equals(that.name)
        && dtype == that.dtype
        && Arrays.equals(shape, that.shape)
        && fileOffset == that.fileOffset
        && byteLength == that.byteLength
        && file.equals(that.file);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, dtype, Arrays.hashCode(shape), fileOffset, byteLength, file);
  }

  @Override
  public String toString() {
    return name + " " + dtype + " " + Arrays.toString(shape);
  }
}
