// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Adapters;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Lifetime;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Owns the parameters of one model: packed weights, and an arena for vectors. Filled by one thread
 * while the model is built, read by any number afterwards.
 */
public final class ModelMemory implements AutoCloseable {
  private final Device device;
  private final boolean ownsDevice;
  private final Arithmetic arithmetic;
  private final boolean batchInvariant;
  private final boolean trainable;
  private final Arena arena = Arena.ofShared();
  private final List<Weight> weights = new ArrayList<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Lifetime lifetime;
  private ModelOrigin origin;
  private Function<String, StoredTensor> hubNames = StoredTensor::named;
  private volatile Adapters adapters;
  private final Set<Dependent> dependents = ConcurrentHashMap.newKeySet();

  /**
   * Empty memory.
   *
   * @param ownsDevice whether closing this closes the device too
   * @param batchInvariant whether products give the same bits for any batch where that costs speed
   * @param trainable whether matrices that are added from F32, F16 and BF16 can be changed
   */
  public ModelMemory(
      String what,
      Device device,
      boolean ownsDevice,
      Arithmetic arithmetic,
      boolean batchInvariant,
      boolean trainable) {
    this.device = device;
    this.ownsDevice = ownsDevice;
    this.arithmetic = arithmetic;
    this.batchInvariant = batchInvariant;
    this.trainable = trainable;
    if (!ownsDevice) {
      device.retain();
    }
    this.lifetime = new Lifetime(what, this::free);
  }

  /** The device. */
  public Device device() {
    return device;
  }

  /** The arithmetic of products. */
  public Arithmetic arithmetic() {
    return arithmetic;
  }

  /** How the model is written to files, where that is known. */
  public Optional<ModelOrigin> origin() {
    return Optional.ofNullable(origin);
  }

  /** Sets how the model is written to files; by the family that builds it. */
  public void setOrigin(ModelOrigin newOrigin) {
    origin = newOrigin;
    hubNames = newOrigin.names();
  }

  /** Where the reference framework's files keep a parameter, whatever file it came from. */
  public Function<String, StoredTensor> hubNames() {
    return hubNames;
  }

  /** Sets {@link #hubNames} for a model without an origin; by default names are as they are. */
  public void setHubNames(Function<String, StoredTensor> names) {
    hubNames = names;
  }

  /** The adapters that a new context of the model applies, or null. */
  public Adapters adapters() {
    return adapters;
  }

  /** Sets the adapters that contexts apply which are opened from now on; null for none. */
  public void setAdapters(Adapters newAdapters) {
    adapters = newAdapters;
  }

  /** The life of everything in here. */
  public Lifetime lifetime() {
    return lifetime;
  }

  /** All named parameters, each once, in the order in which the model asked for them. */
  public List<Parameter> parameters() {
    return Collections.unmodifiableList(new ArrayList<>(parameters.values()));
  }

  /** A parameter that was added before, or null. */
  public Parameter find(String name) {
    return parameters.get(name);
  }

  /**
   * Packs a matrix [out, in] from rows in a storage format.
   *
   * @param sixteenBits FAST keeps at least 16 bits per value of F32, F16 and BF16
   */
  public Parameter addMatrix(
      String name, MemorySegment rows, DType dtype, long out, long in, boolean sixteenBits) {
    Weight weight =
        Weight.create(
            device,
            rows,
            dtype,
            out,
            in,
            new Weight.Packing(arithmetic, batchInvariant, sixteenBits, trainable));
    weights.add(weight);
    return add(new Parameter(name, weight, null));
  }

  /** Keeps a vector. */
  public Parameter addVector(String name, float[] values) {
    return add(new Parameter(name, null, vector(values)));
  }

  /** Keeps a small table [rows, columns] as it is. */
  public Parameter addTable(String name, float[] values, long rows, long columns) {
    return add(new Parameter(name, null, vector(values).reshape(rows, columns)));
  }

  /** Whether matrices that were added from F32, F16 and BF16 can be changed. */
  public boolean isTrainable() {
    return trainable;
  }

  /** Keeps a vector that is no parameter of the model, such as a table of frequencies. */
  public Parameter constant(String name, float[] values) {
    return new Parameter(name, null, vector(values));
  }

  private Tensor vector(float[] values) {
    Tensor tensor =
        device.isGpu()
            ? device.allocate(arena, DType.F32, values.length)
            : Tensor.of(
                arena.allocate(Math.max(4, 4L * values.length), 64), DType.F32, values.length);
    tensor.copyFrom(values);
    return tensor;
  }

  private Parameter add(Parameter parameter) {
    parameters.put(parameter.name(), parameter);
    return parameter;
  }

  /** Bytes of packed weights and vectors. */
  public long bytes() {
    long total = 0;
    for (Weight weight : weights) {
      total += weight.packedBytes();
    }
    for (Parameter parameter : parameters.values()) {
      if (parameter.vector() != null) {
        total += 4 * parameter.vector().elementCount();
      }
    }
    return total;
  }

  private void free() {
    for (Weight weight : weights) {
      weight.close();
    }
    arena.close();
    if (ownsDevice) {
      device.close();
    } else {
      device.release();
    }
  }

  /** Has {@code dependent} closed before the parameters are freed. */
  public void register(Dependent dependent) {
    dependents.add(dependent);
  }

  /** Undoes {@link #register}. */
  public void unregister(Dependent dependent) {
    dependents.remove(dependent);
  }

  /** Something that runs the model and must stop before the parameters go, such as a generator. */
  public interface Dependent extends AutoCloseable {
    @Override
    void close();
  }

  /** Closes dependents, refuses new steps, waits for those in flight, frees. */
  @Override
  public void close() {
    List.copyOf(dependents).forEach(Dependent::close);
    lifetime.close();
  }
}
