// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.NativeMemory;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_device_info;
import dev.gatun.bindings.generated.gatun_device_options;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A processor with its memory: the CPU with a pool of threads, or a GPU. Thread-safe; close it
 * after the models that live on it.
 */
public final class Device implements AutoCloseable {
  private final MemorySegment handle;
  private final AtomicLong users = new AtomicLong(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final String name;
  private final int tensorDevice;
  private final Arena arena = Arena.ofShared();
  private final Set<Transfers> contexts = ConcurrentHashMap.newKeySet(); // of a GPU
  private Transfers transfers; // of tensors that belong to no context; lazily, of a GPU
  private MemorySegment transferStream;

  private Device(MemorySegment handle) {
    this.handle = handle;
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment info = query(confined);
      this.name = gatun_device_info.name(info).getString(0);
      this.tensorDevice = gatun_device_info.tensor_device(info);
    }
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
      return open(params);
    }
  }

  private static Device open(MemorySegment params) {
    try {
      return new Device(NativeCalls.create(GatunLibrary::gatun_device_open, params));
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
  }

  /** The first GPU; see {@link #gpu(GpuOptions)}. */
  public static Device gpu() {
    return gpu(GpuOptions.defaults());
  }

  /**
   * A GPU. There is no fall-back: without one this throws.
   *
   * @throws DeviceUnavailableException if there is no driver, no such GPU, or no library of kernels
   * @throws DriverTooOldException if the driver does not support the kernels' toolkit
   * @throws DeviceTooOldException if there are no kernels for a GPU so old
   */
  public static Device gpu(GpuOptions options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = gatun_device_options.allocate(arena);
      gatun_device_options.struct_size(params, gatun_device_options.sizeof());
      gatun_device_options.kind(params, GatunLibrary.GATUN_DEVICE_CUDA());
      gatun_device_options.ordinal(params, options.ordinal());
      gatun_device_options.memory_budget_bytes(params, options.memoryBudgetBytes());
      gatun_device_options.library(params, options.nativeLibrary(arena));
      return open(params);
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
      MemorySegment info = query(arena);
      return new DeviceInfo(
          gatun_device_info.name(info).getString(0),
          IsaTier.ofCode(gatun_device_info.isa(info)),
          IsaTier.ofCode(gatun_device_info.machine_isa(info)),
          gatun_device_info.threads(info),
          gatun_device_info.memory_budget_bytes(info),
          gatun_device_info.allocated_bytes(info),
          gatun_device_info.peak_bytes(info),
          gatun_device_info.weight_passes(info),
          gatun_device_info.regions(info),
          gatun_device_info.launches(info),
          gatun_device_info.capability(info),
          gatun_device_info.memory_bytes(info),
          gatun_device_info.free_bytes(info),
          gatun_device_info.lost(info) != 0);
    }
  }

  private MemorySegment query(Arena allocator) {
    MemorySegment info = gatun_device_info.allocate(allocator);
    gatun_device_info.struct_size(info, gatun_device_info.sizeof());
    NativeCalls.run(GatunLibrary::gatun_device_query, handle, info);
    return info;
  }

  /** Whether the device is a GPU, whose memory the host reaches by copies. */
  public boolean isGpu() {
    return tensorDevice != 0;
  }

  /** What native tensors name as their device. */
  int tensorDevice() {
    return tensorDevice;
  }

  /**
   * Zeroed memory of the device that lives until {@code arena} is closed and counts against the
   * budget. A GPU's is for native functions only: the JVM must not read or write it.
   *
   * @throws OutOfDeviceMemoryException if the budget or the machine's memory does not hold it
   */
  public MemorySegment allocate(long bytes, Arena arena) {
    return allocate(bytes, false, arena);
  }

  /** The same, or memory that host and device reach. */
  MemorySegment allocate(long bytes, boolean hostVisible, Arena owner) {
    requireOpen();
    try {
      long least = Math.max(1, bytes);
      return hostVisible
          ? NativeMemory.allocateHostVisible(handle, least, owner)
          : NativeMemory.allocate(handle, least, owner);
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
  }

  /** A tensor of zeros in memory of its own that lives until {@code owner} is closed. */
  public Tensor allocate(Arena owner, DType dtype, long... shape) {
    long elements = 1;
    for (long dimension : shape) {
      elements = Math.multiplyExact(elements, dimension);
    }
    return tensor(allocate(dtype.byteSize(elements), owner), dtype, shape);
  }

  /** A contiguous tensor over memory of {@link #allocate(long, Arena)}. */
  public Tensor tensor(MemorySegment memory, DType dtype, long... shape) {
    return isGpu()
        ? Tensor.of(memory, dtype, null, transfers(), false, shape)
        : Tensor.of(memory, dtype, shape);
  }

  private synchronized Transfers transfers() {
    if (transfers == null) {
      transferStream = createStream();
      transfers = new Transfers(this, transferStream, arena, contexts);
    }
    return transfers;
  }

  /** A context of a GPU begins; null of a CPU's. */
  void enter(Transfers context) {
    if (context != null) {
      contexts.add(context);
    }
  }

  void leave(Transfers context) {
    if (context != null) {
      contexts.remove(context);
    }
  }

  MemorySegment createStream() {
    requireOpen();
    try {
      return NativeCalls.create(GatunLibrary::gatun_stream_create, handle);
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
  }

  /** Zeroed addresses in place of memory, for a context that plans; see {@link #allocate}. */
  public MemorySegment addresses(long bytes, Arena arena) {
    requireOpen();
    try {
      return NativeMemory.addresses(handle, Math.max(1, bytes), arena);
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
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
      if (transferStream != null) {
        NativeCalls.run(GatunLibrary::gatun_stream_destroy, transferStream, MemorySegment.NULL);
      }
      arena.close();
      NativeCalls.run(GatunLibrary::gatun_device_close, handle, MemorySegment.NULL);
    }
  }

  private void requireOpen() {
    if (users.get() <= 0) {
      throw new IllegalStateException("device is closed");
    }
  }

  /** The processor's own name, and of a GPU its number. */
  @Override
  public String toString() {
    return name;
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
