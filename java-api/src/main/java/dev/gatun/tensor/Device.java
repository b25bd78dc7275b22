// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeLibraryException;
import dev.gatun.bindings.NativeMemory;
import dev.gatun.bindings.NativeOutOfMemoryException;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_device_info;
import dev.gatun.bindings.generated.gatun_device_options;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A processor with its thread pool and its memory. Thread-safe; close it after the models that live
 * on it.
 */
public final class Device implements AutoCloseable {
  private final MemorySegment handle;
  private final AtomicLong users = new AtomicLong(1);
  private final AtomicBoolean closed = new AtomicBoolean();

  private Device(MemorySegment handle) {
    this.handle = handle;
  }

  /** The best device of this machine. Today that is the CPU. */
  public static Device best() {
    return cpu(DeviceOptions.defaults());
  }

  /** The CPU with default options. */
  public static Device cpu() {
    return cpu(DeviceOptions.defaults());
  }

  /**
   * The CPU.
   *
   * @throws UnsupportedOperationException if a tier is asked for that the machine lacks
   * @throws DeviceUnavailableException if the native library cannot be loaded
   */
  public static Device cpu(DeviceOptions options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = gatun_device_options.allocate(arena);
      gatun_device_options.struct_size(params, gatun_device_options.sizeof());
      gatun_device_options.threads(params, options.threads());
      gatun_device_options.isa(params, options.isa().code());
      gatun_device_options.memory_budget_bytes(params, options.memoryBudgetBytes());
      return new Device(NativeCalls.create(GatunLibrary::gatun_device_open, params));
    } catch (NativeLibraryException e) {
      throw new DeviceUnavailableException(e.getMessage(), e);
    }
  }

  /**
   * Has the JVM link what loading a model calls, on a thread of its own: the first calls into the
   * native library cost it a tenth of a second, in which files can be read. Returns at once. What
   * fails here fails again, and is reported, where a device is opened.
   */
  public static void prepare() {
    Thread.ofPlatform().daemon().name("gatun-prepare").start(Device::packOneRow);
  }

  private static void packOneRow() {
    int columns = 32;
    try (Device device = cpu(DeviceOptions.defaults().withThreads(1));
        Arena arena = Arena.ofConfined()) {
      MemorySegment row = arena.allocate(DType.F32.byteSize(columns), 64);
      Weight.Packing plain = new Weight.Packing(Arithmetic.F32, false, false, false);
      Weight.create(device, row, DType.F32, 1, columns, plain).close();
    } catch (RuntimeException e) {
      return; // for the caller that needs the device
    }
  }

  /** What the device is and its counters. */
  public DeviceInfo info() {
    requireOpen();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = gatun_device_info.allocate(arena);
      gatun_device_info.struct_size(info, gatun_device_info.sizeof());
      NativeCalls.run(GatunLibrary::gatun_device_query, handle, info);
      return new DeviceInfo(
          gatun_device_info.name(info).getString(0),
          IsaTier.ofCode(gatun_device_info.isa(info)),
          IsaTier.ofCode(gatun_device_info.machine_isa(info)),
          gatun_device_info.threads(info),
          gatun_device_info.memory_budget_bytes(info),
          gatun_device_info.allocated_bytes(info),
          gatun_device_info.peak_bytes(info),
          gatun_device_info.weight_passes(info),
          gatun_device_info.regions(info));
    }
  }

  /**
   * Zeroed memory of the device that lives until {@code arena} is closed and counts against the
   * budget.
   *
   * @throws OutOfDeviceMemoryException if the budget or the machine's memory does not hold it
   */
  public MemorySegment allocate(long bytes, Arena arena) {
    requireOpen();
    try {
      return NativeMemory.allocate(handle, Math.max(1, bytes), arena);
    } catch (NativeOutOfMemoryException e) {
      throw new OutOfDeviceMemoryException(e.getMessage());
    }
  }

  /** Zeroed addresses in place of memory, for a context that plans; see {@link #allocate}. */
  public MemorySegment addresses(long bytes, Arena arena) {
    requireOpen();
    try {
      return NativeMemory.addresses(handle, Math.max(1, bytes), arena);
    } catch (NativeOutOfMemoryException e) {
      throw new OutOfDeviceMemoryException(e.getMessage());
    }
  }

  /**
   * Keeps the native device alive until a matching {@link #release()}; for objects that own memory
   * or streams of it.
   *
   * @throws IllegalStateException if the device is closed
   */
  public void retain() {
    requireOpen();
    users.incrementAndGet();
  }

  /** Ends a {@link #retain()}; the last one of a closed device frees it. */
  public void release() {
    if (users.decrementAndGet() == 0) {
      NativeCalls.run(GatunLibrary::gatun_device_close, handle, MemorySegment.NULL);
    }
  }

  private void requireOpen() {
    if (users.get() <= 0) {
      throw new IllegalStateException("device is closed");
    }
  }

  /** The native handle; valid until the device is closed. */
  public MemorySegment handle() {
    return handle;
  }

  /**
   * Closes the device, at once or when the last context, cache or model on it is closed; a second
   * call is harmless.
   */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      release();
    }
  }
}
