// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.generated.gatun_tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * A typed, shaped view of native memory. It owns nothing: an activation belongs to a {@link
 * Workspace} scope and throws when it is used after that scope has ended; a parameter belongs to
 * its model. Rows may be strided, the last dimension is contiguous.
 *
 * <p>A tensor knows its device. On a GPU its elements are copied when the host reads or writes
 * them, after whatever the context has been given before.
 *
 * <p>Immutable as a view; the elements are not protected against concurrent writers.
 */
public final class Tensor {
  private static final int MAX_RANK = 4;

  private final MemorySegment segment;
  private final DType dtype;
  private final long[] shape;
  private final long[] stride;
  private final Workspace.Scope scope;
  private final Transfers transfers; // null on a CPU
  private final boolean visible; // whether the host reaches the memory

  private Tensor(
      MemorySegment segment,
      DType dtype,
      long[] shape,
      long[] stride,
      Workspace.Scope scope,
      Transfers transfers,
      boolean visible) {
    this.segment = segment;
    this.dtype = dtype;
    this.shape = shape;
    this.stride = stride;
    this.scope = scope;
    this.transfers = transfers;
    this.visible = visible;
  }

  private Tensor view(MemorySegment part, long[] newShape, long[] newStride) {
    return new Tensor(part, dtype, newShape, newStride, scope, transfers, visible);
  }

  /**
   * A contiguous tensor over memory of the host that the caller keeps alive.
   *
   * @param segment native, at least as long as the elements need
   * @throws IllegalArgumentException if the segment is too short or the rank is not 1 to 4
   */
  public static Tensor of(MemorySegment segment, DType dtype, long... shape) {
    return of(segment, dtype, null, null, true, shape);
  }

  static Tensor of(
      MemorySegment segment,
      DType dtype,
      Workspace.Scope scope,
      Transfers transfers,
      boolean visible,
      long... shape) {
    if (shape.length < 1 || shape.length > MAX_RANK) {
      throw new IllegalArgumentException(
          "tensor: rank " + shape.length + ", expected 1 to " + MAX_RANK);
    }
    long bytes = dtype.byteSize(elements(shape));
    if (segment.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "tensor: shape "
              + Arrays.toString(shape)
              + " of "
              + dtype
              + " needs "
              + bytes
              + " bytes, the segment has "
              + segment.byteSize());
    }
    return new Tensor(
        segment.asSlice(0, bytes),
        dtype,
        shape.clone(),
        contiguous(shape),
        scope,
        transfers,
        visible);
  }

  private static long elements(long[] shape) {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }

  private static long[] contiguous(long[] shape) {
    long[] stride = new long[shape.length];
    long step = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      stride[i] = step;
      step *= Math.max(1, shape[i]);
    }
    return stride;
  }

  /** The element type. */
  public DType dtype() {
    return dtype;
  }

  /** A copy of the shape. */
  public long[] shape() {
    return shape.clone();
  }

  /** The number of dimensions. */
  public int rank() {
    return shape.length;
  }

  /** The size of dimension {@code index}, counted from 0, or from the end if negative. */
  public long dim(int index) {
    return shape[index < 0 ? shape.length + index : index];
  }

  /** The number of elements. */
  public long elementCount() {
    return elements(shape);
  }

  /** Whether elements follow each other without gaps. */
  public boolean isContiguous() {
    return Arrays.equals(stride, contiguous(shape)) || elementCount() == 0;
  }

  /**
   * The same elements in another shape.
   *
   * @throws IllegalArgumentException if the tensor is not contiguous or the counts differ
   */
  public Tensor reshape(long... newShape) {
    if (!isContiguous() || elements(newShape) != elementCount()) {
      throw new IllegalArgumentException(
          "reshape: " + this + " to " + Arrays.toString(newShape) + " is not a view");
    }
    return view(segment, newShape.clone(), contiguous(newShape));
  }

  /** Rows {@code first} to {@code first + count - 1} of dimension 0, as a view. */
  public Tensor rows(long first, long count) {
    if (first < 0 || count < 0 || first + count > shape[0]) {
      throw new IllegalArgumentException(
          "rows: " + first + " + " + count + " is outside of " + this);
    }
    long[] newShape = shape.clone();
    newShape[0] = count;
    long offset = dtype.byteSize(first * stride[0]);
    long bytes =
        count == 0 ? 0 : dtype.byteSize((count - 1) * stride[0] + elements(tail(newShape)));
    return view(segment.asSlice(offset, bytes), newShape, stride.clone());
  }

  private static long[] tail(long[] shape) {
    return Arrays.copyOfRange(shape, 1, shape.length);
  }

  /**
   * The memory of the view, from its first to its last element, for the host to read and write.
   * Writing it while the device still reads it is up to the caller to avoid.
   *
   * @throws IllegalStateException if the workspace scope of the tensor has ended
   * @throws UnsupportedOperationException if the memory is a GPU's, which the host does not reach
   */
  public MemorySegment segment() {
    MemorySegment memory = memory();
    if (transfers != null) {
      if (!visible) {
        throw new UnsupportedOperationException(
            "tensor "
                + this
                + " is in the memory of "
                + transfers.device()
                + ", which the host does not reach; copy it with toFloatArray or copyFrom");
      }
      transfers.synchronize();
    }
    return memory;
  }

  /**
   * Where the view begins, in the memory of its device.
   *
   * @throws IllegalStateException if the workspace scope of the tensor has ended
   */
  public long address() {
    return memory().address();
  }

  /** Bytes of the view, from its first to its last element. */
  public long byteSize() {
    return segment.byteSize();
  }

  private MemorySegment memory() {
    if (scope != null && scope.isClosed()) {
      throw new IllegalStateException(
          "tensor " + this + " was used after its workspace scope had ended");
    }
    return segment;
  }

  /**
   * The same shape and strides over other memory of the same type.
   *
   * @param base contiguous, holds the elements from its first one on
   * @param offsetBytes of the first element
   */
  public Tensor over(Tensor base, long offsetBytes) {
    return new Tensor(
        base.memory().asSlice(offsetBytes, segment.byteSize()),
        dtype,
        shape,
        stride,
        base.scope,
        base.transfers,
        base.visible);
  }

  /** Copies from an array of as many elements as the (contiguous, f32) tensor has. */
  public void copyFrom(float[] values) {
    require(DType.F32, values.length);
    if (isRemote()) {
      writeRemote(MemorySegment.ofArray(values));
      return;
    }
    MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  /** Copies from an array of as many elements as the (contiguous, i32) tensor has. */
  public void copyFrom(int[] values) {
    require(DType.I32, values.length);
    if (isRemote()) {
      writeRemote(MemorySegment.ofArray(values));
      return;
    }
    MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_INT, 0, values.length);
  }

  /**
   * Copies bytes of the (contiguous) tensor to the host.
   *
   * @param offsetBytes of the first one
   * @param target takes as many as it has, native
   */
  public void copyTo(long offsetBytes, MemorySegment target) {
    requireContiguous();
    MemorySegment part = memory().asSlice(offsetBytes, target.byteSize());
    if (isRemote()) {
      transfers.copyOut(target, part);
      return;
    }
    target.copyFrom(segment().asSlice(offsetBytes, target.byteSize()));
  }

  /**
   * Copies bytes of the host into the (contiguous) tensor.
   *
   * @param offsetBytes of the first one that is written
   * @param source all of it, native
   */
  public void copyFrom(long offsetBytes, MemorySegment source) {
    requireContiguous();
    MemorySegment part = memory().asSlice(offsetBytes, source.byteSize());
    if (isRemote()) {
      transfers.copyIn(part, source);
      return;
    }
    segment().asSlice(offsetBytes, source.byteSize()).copyFrom(source);
  }

  private void requireContiguous() {
    if (!isContiguous()) {
      throw new IllegalArgumentException("copy: " + this + " has gaps between its rows");
    }
  }

  /** Copies row {@code row} of an f32 matrix [N, E] into {@code values}, of length E. */
  public void copyRowTo(long row, float[] values) {
    if (dtype != DType.F32 || shape.length != 2 || shape[1] != values.length || stride[1] != 1) {
      throw new IllegalArgumentException(
          "copyRowTo: " + this + ", expected rows of " + values.length + " contiguous F32");
    }
    if (row < 0 || row >= shape[0]) {
      throw new IllegalArgumentException("copyRowTo: row " + row + " is outside of " + this);
    }
    long offset = row * stride[0] * Float.BYTES;
    if (isRemote()) {
      readRemote(offset, MemorySegment.ofArray(values));
      return;
    }
    MemorySegment.copy(segment(), ValueLayout.JAVA_FLOAT, offset, values, 0, values.length);
  }

  /** The elements of an f32 tensor, row-major. */
  public float[] toFloatArray() {
    float[] values = new float[Math.toIntExact(elementCount())];
    require(DType.F32, values.length);
    if (isRemote()) {
      readRemote(0, MemorySegment.ofArray(values));
      return values;
    }
    MemorySegment.copy(segment(), ValueLayout.JAVA_FLOAT, 0, values, 0, values.length);
    return values;
  }

  /** The elements of an i32 tensor, row-major. */
  public int[] toIntArray() {
    int[] values = new int[Math.toIntExact(elementCount())];
    require(DType.I32, values.length);
    if (isRemote()) {
      readRemote(0, MemorySegment.ofArray(values));
      return values;
    }
    MemorySegment.copy(segment(), ValueLayout.JAVA_INT, 0, values, 0, values.length);
    return values;
  }

  /** Element {@code index} of a contiguous i32 tensor. */
  public int getInt(long index) {
    return segment().getAtIndex(ValueLayout.JAVA_INT, index);
  }

  /** Sets element {@code index} of a contiguous i32 tensor. */
  public void setInt(long index, int value) {
    segment().setAtIndex(ValueLayout.JAVA_INT, index, value);
  }

  /** Element {@code index} of a contiguous f32 tensor. */
  public float getFloat(long index) {
    if (isRemote()) {
      float[] value = new float[1];
      readRemote(index * Float.BYTES, MemorySegment.ofArray(value));
      return value[0];
    }
    return segment().getAtIndex(ValueLayout.JAVA_FLOAT, index);
  }

  /** Sets every byte of the (contiguous) tensor to zero. */
  public void clear() {
    if (isRemote()) {
      transfers.clear(memory());
    } else {
      segment().fill((byte) 0);
    }
  }

  /** Whether the host has no address of the elements: they are in a GPU's memory. */
  public boolean isRemote() {
    return transfers != null && !visible;
  }

  private void writeRemote(MemorySegment values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.max(1, values.byteSize()), 64);
      MemorySegment source = copy.asSlice(0, values.byteSize()).copyFrom(values);
      transfers.copyIn(memory().asSlice(0, values.byteSize()), source);
    }
  }

  private void readRemote(long offset, MemorySegment values) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment copy = arena.allocate(Math.max(1, values.byteSize()), 64);
      MemorySegment target = copy.asSlice(0, values.byteSize());
      transfers.copyOut(target, memory().asSlice(offset, values.byteSize()));
      values.copyFrom(target);
    }
  }

  private void require(DType expected, long count) {
    if (dtype != expected || count != elementCount() || !isContiguous()) {
      throw new IllegalArgumentException(
          "copy: " + this + ", expected " + count + " contiguous elements of " + expected);
    }
  }

  /** Writes the native descriptor of this view; {@code descriptor} is a {@code gatun_tensor}. */
  public void describe(MemorySegment descriptor) {
    MemorySegment memory = memory();
    gatun_tensor.data(descriptor, memory);
    gatun_tensor.byte_length(descriptor, memory.byteSize());
    gatun_tensor.dtype(descriptor, dtype.code());
    gatun_tensor.rank(descriptor, shape.length);
    if (transfers != null) {
      gatun_tensor.device(descriptor, transfers.device().tensorDevice());
    }
    for (int i = 0; i < shape.length; i++) {
      gatun_tensor.shape(descriptor, i, shape[i]);
      gatun_tensor.stride(descriptor, i, stride[i]);
    }
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }
}
