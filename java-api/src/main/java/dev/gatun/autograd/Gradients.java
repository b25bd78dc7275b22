// SPDX-License-Identifier: Apache-2.0
package dev.gatun.autograd;

import dev.gatun.nn.Parameter;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The gradients of trainable parameters, in f32, added to by every backward until {@link #zero}.
 * Parameters that are not listed are frozen and cost no backward work. All buffers are parts of one
 * vector, {@link #all()}.
 *
 * <p>One thread at a time. Close it before the model.
 */
public final class Gradients implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Device device;
  private final Map<Parameter, Tensor> buffers = new LinkedHashMap<>();
  private final IdentityHashMap<Weight, Tensor> ofWeight = new IdentityHashMap<>();
  private final Map<Long, Tensor> ofVector = new HashMap<>();
  private final Tensor all;

  /**
   * Zeroed buffers.
   *
   * @param trainable each once; matrices must be trainable weights
   * @throws IllegalArgumentException if a matrix was not loaded trainable
   * @throws dev.gatun.tensor.OutOfDeviceMemoryException if memory is short
   */
  public Gradients(Device device, Collection<Parameter> trainable) {
    this(device, trainable, false);
  }

  private Gradients(Device device, Collection<Parameter> trainable, boolean planned) {
    long total = 0;
    for (Parameter parameter : trainable) {
      length(parameter);
      total += parameter.paddedCount();
    }
    device.retain();
    this.device = device;
    try {
      long bytes = total * Float.BYTES;
      MemorySegment memory =
          planned ? device.addresses(bytes, arena) : device.allocate(bytes, arena);
      this.all = device.tensor(memory, DType.F32, total);
      long at = 0;
      for (Parameter parameter : trainable) {
        at += put(parameter, memory.asSlice(at * Float.BYTES));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Addresses without memory, for a context that plans. */
  public static Gradients planned(Device device, Collection<Parameter> trainable) {
    return new Gradients(device, trainable, true);
  }

  /** Bytes that the gradients of these parameters take. */
  public static long bytes(Collection<Parameter> trainable) {
    return trainable.stream().mapToLong(Parameter::paddedCount).sum() * Float.BYTES;
  }

  private static long length(Parameter parameter) {
    if (parameter.matrix() == null) {
      return parameter.vector().elementCount();
    }
    if (!parameter.matrix().isTrainable()) {
      throw new IllegalArgumentException(
          "gradients: parameter "
              + parameter.name()
              + " is a frozen "
              + parameter.matrix()
              + "; load the model with LoadOptions.withTrainable(true), from F32, F16 or BF16");
    }
    return parameter.matrix().master().elementCount();
  }

  private long put(Parameter parameter, MemorySegment memory) {
    long length = length(parameter);
    Tensor buffer;
    Tensor before;
    if (parameter.matrix() != null) {
      buffer = device.tensor(memory, DType.F32, length);
      before = ofWeight.put(parameter.matrix(), buffer);
    } else {
      buffer = device.tensor(memory, DType.F32, parameter.vector().shape());
      before = ofVector.put(parameter.vector().address(), buffer);
    }
    if (before != null) {
      throw new IllegalArgumentException("gradients: " + parameter.name() + " is listed twice");
    }
    buffers.put(parameter, buffer);
    return parameter.paddedCount();
  }

  /** The trainable parameters, in the order in which they were given. */
  public List<Parameter> parameters() {
    return List.copyOf(buffers.keySet());
  }

  /**
   * The gradient of a parameter: a vector's in its shape, a matrix's as a vector in the order of
   * {@link Weight#master()}.
   *
   * @throws IllegalArgumentException if the parameter is frozen
   */
  public Tensor of(Parameter parameter) {
    Tensor buffer = buffers.get(parameter);
    if (buffer == null) {
      throw new IllegalArgumentException(
          "gradients: parameter "
              + parameter.name()
              + " has no gradient: it is not among the trainable ones");
    }
    return buffer;
  }

  /** The gradient of a parameter as rows [out, in], or as the vector. */
  public float[] rows(Context context, Parameter parameter) {
    Tensor buffer = of(parameter);
    Weight matrix = parameter.matrix();
    if (matrix == null) {
      return buffer.toFloatArray();
    }
    try (var _ = context.workspace().scope()) {
      Tensor rows = context.allocate(DType.F32, matrix.rows(), matrix.columns());
      Elementwise.toRows(context, buffer, rows);
      return rows.toFloatArray();
    }
  }

  /** All gradients as one vector; between the parameters are zeros. */
  public Tensor all() {
    return all;
  }

  /** The Euclidean norm of all gradients together, summed in double in a fixed order. */
  public double norm(Context context) {
    return Math.sqrt(Elementwise.sumOfSquares(context, all));
  }

  /** Sets all gradients to zero. */
  public void zero() {
    all.clear();
  }

  /** Bytes of the buffers. */
  public long bytes() {
    return all.elementCount() * Float.BYTES;
  }

  Tensor find(Weight weight) {
    return ofWeight.get(weight);
  }

  Tensor find(Tensor vector) {
    return ofVector.get(vector.address());
  }

  /** A number that grows when any of the parameters is changed. */
  long version() {
    long sum = 0;
    for (Parameter parameter : buffers.keySet()) {
      sum += parameter.version();
    }
    return sum;
  }

  /** Frees the buffers; a second call is harmless. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      device.release();
    }
  }
}
