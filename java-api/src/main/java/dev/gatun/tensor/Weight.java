// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.NativeMemory;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_weight_info;
import dev.gatun.bindings.generated.gatun_weight_params;
import dev.gatun.bindings.generated.gatun_weight_refresh_params;
import dev.gatun.bindings.generated.gatun_weight_rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A logical matrix [out, in] in a storage format, packed for the kernels of a device. Layers do not
 * know which format they hold. Immutable unless it is trainable; any number of threads may read it.
 * Owned by the model that created it, which closes it when no step is in flight.
 */
public final class Weight implements AutoCloseable {
  private final MemorySegment handle;
  private final long rows;
  private final long columns;
  private final DType dtype;
  private final boolean batchInvariant;
  private Tensor master;
  private boolean closed;

  private Weight(
      MemorySegment handle, long rows, long columns, DType dtype, boolean batchInvariant) {
    this.handle = handle;
    this.rows = rows;
    this.columns = columns;
    this.dtype = dtype;
    this.batchInvariant = batchInvariant;
  }

  /**
   * How a matrix is packed.
   *
   * @param arithmetic of products
   * @param batchInvariant the same bits for any batch also where that costs speed
   * @param sixteenBits FAST keeps at least 16 bits per value of F32, F16 and BF16
   * @param trainable F32, F16 and BF16 are kept as f32 masters that an optimiser may change
   */
  public record Packing(
      Arithmetic arithmetic, boolean batchInvariant, boolean sixteenBits, boolean trainable) {
    private int flags(DType dtype) {
      boolean plain = dtype == DType.F32 || dtype == DType.F16 || dtype == DType.BF16;
      return (batchInvariant ? GatunLibrary.GATUN_WEIGHT_BATCH_INVARIANT() : 0)
          | (sixteenBits ? GatunLibrary.GATUN_WEIGHT_SIXTEEN_BITS() : 0)
          | (trainable && plain ? GatunLibrary.GATUN_WEIGHT_TRAINABLE() : 0);
    }
  }

  /**
   * Packs a matrix.
   *
   * @param source rows [out, in] in {@code dtype}, contiguous; copied
   * @throws IllegalArgumentException if the bytes do not fit the shape
   * @throws UnsupportedOperationException if no kernel computes with the format
   * @throws OutOfDeviceMemoryException if the device has too little memory
   */
  public static Weight create(
      Device device, MemorySegment source, DType dtype, long rows, long columns, Packing packing) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = gatun_weight_params.allocate(arena);
      gatun_weight_params.struct_size(params, gatun_weight_params.sizeof());
      gatun_weight_params.data(params, source);
      gatun_weight_params.byte_length(params, source.byteSize());
      gatun_weight_params.dtype(params, dtype.code());
      gatun_weight_params.arithmetic(params, packing.arithmetic().code());
      gatun_weight_params.rows(params, rows);
      gatun_weight_params.columns(params, columns);
      gatun_weight_params.flags(params, packing.flags(dtype));
      NativeCalls.run(GatunLibrary::gatun_weight_create, device.handle(), params);
      MemorySegment handle = gatun_weight_params.weight(params);
      return new Weight(handle, rows, columns, dtype, packing.batchInvariant()).findMaster(device);
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
  }

  private Weight findMaster(Device device) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = query(arena);
      long count = gatun_weight_info.master_count(info);
      if (count != 0) {
        MemorySegment values = NativeMemory.view(gatun_weight_info.master(info), count * 4);
        master = device.tensor(values, DType.F32, count);
      }
      return this;
    }
  }

  /** Whether FAST gives the same bits for any batch also where that costs speed. */
  public boolean isBatchInvariant() {
    return batchInvariant;
  }

  /** Whether there is a master that an optimiser may change. */
  public boolean isTrainable() {
    return master != null;
  }

  /**
   * The f32 values that training changes, rows in panels of 16: [ceil(out / 16) * in * 16]; lives
   * as long as the weight. Who changes them calls {@link #refresh} before the next product.
   *
   * @throws IllegalStateException if the weight is closed or not trainable
   */
  public Tensor master() {
    if (closed || master == null) {
      throw new IllegalStateException(
          "weight " + this + (closed ? " is closed" : " is frozen: it has no master values"));
    }
    return master;
  }

  /** Derives what products read from the changed master; no other context may use the weight. */
  public void refresh(Context context) {
    MemorySegment p = context.params(gatun_weight_refresh_params.sizeof());
    gatun_weight_refresh_params.struct_size(p, gatun_weight_refresh_params.sizeof());
    gatun_weight_refresh_params.weight(p, handle());
    context.run(GatunLibrary::gatun_weight_refresh_forward, p);
  }

  /** Number of outputs. */
  public long rows() {
    return rows;
  }

  /** Number of inputs. */
  public long columns() {
    return columns;
  }

  /** The storage format that it was created from. */
  public DType dtype() {
    return dtype;
  }

  /** Bytes of the packed form. */
  public long packedBytes() {
    try (Arena arena = Arena.ofConfined()) {
      return gatun_weight_info.packed_bytes(query(arena));
    }
  }

  /** The packed form and the kernel chosen, for reports. */
  public String implementation() {
    try (Arena arena = Arena.ofConfined()) {
      return gatun_weight_info.implementation(query(arena)).getString(0);
    }
  }

  private MemorySegment query(Arena arena) {
    MemorySegment info = gatun_weight_info.allocate(arena);
    gatun_weight_info.struct_size(info, gatun_weight_info.sizeof());
    NativeCalls.run(GatunLibrary::gatun_weight_query, handle(), info);
    return info;
  }

  /** Rows {@code first} to {@code first + count - 1}, widened to f32: [count, in]. */
  public float[] readRows(long first, int count) {
    try (Arena arena = Arena.ofConfined()) {
      long bytes = Math.multiplyExact(Math.multiplyExact((long) count, columns), 4L);
      MemorySegment values = arena.allocate(Math.max(bytes, 4), 64);
      MemorySegment request = gatun_weight_rows.allocate(arena);
      gatun_weight_rows.struct_size(request, gatun_weight_rows.sizeof());
      gatun_weight_rows.first_row(request, first);
      gatun_weight_rows.row_count(request, count);
      gatun_weight_rows.values(request, values);
      gatun_weight_rows.byte_length(request, bytes);
      NativeCalls.run(GatunLibrary::gatun_weight_read, handle(), request);
      return values.asSlice(0, bytes).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  /** The native handle; throws after close. */
  public MemorySegment handle() {
    if (closed) {
      throw new IllegalStateException("weight [" + rows + ", " + columns + "] is closed");
    }
    return handle;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      NativeCalls.run(GatunLibrary::gatun_weight_destroy, handle, MemorySegment.NULL);
    }
  }

  @Override
  public String toString() {
    return dtype + "[" + rows + ", " + columns + "]";
  }
}
