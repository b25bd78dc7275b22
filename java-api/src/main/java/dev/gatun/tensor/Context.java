// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeError;
import dev.gatun.bindings.NativeException;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;

/**
 * Where operations run: a device, a stream that orders them, and the workspace of their results.
 * The first argument of every {@code forward}; nothing about a step is kept in thread-locals or
 * statics.
 *
 * <p>One thread at a time. Close it before its device.
 */
public final class Context implements AutoCloseable {
  private static final long PARAMS_BYTES = 8192;

  private final Device device;
  private final MemorySegment stream;
  private final Transfers transfers; // null on a CPU
  private final Workspace workspace;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment params = arena.allocate(PARAMS_BYTES, 64);
  private final NativeError error = new NativeError(arena);
  private BiConsumer<String, Tensor> observer;
  private Recorder recorder;
  private Dropout dropout;
  private Adapters adapters;
  private Workspace gradients;
  private boolean planning;
  private boolean closed;

  /** Opens a stream and an empty workspace on a device. */
  public Context(Device device) {
    device.retain();
    this.device = device;
    this.stream = device.createStream();
    this.transfers = device.isGpu() ? new Transfers(device, stream, arena, null) : null;
    device.enter(transfers);
    this.workspace = new Workspace(device, transfers);
  }

  /** The device. */
  public Device device() {
    return device;
  }

  /** The memory of activations. */
  public Workspace workspace() {
    return workspace;
  }

  /** The memory of activations' gradients; empty until something is recorded. */
  public Workspace gradientWorkspace() {
    if (gradients == null) {
      gradients = new Workspace(device, transfers);
    }
    return gradients;
  }

  /** A tensor of the workspace's innermost scope; contents undefined. */
  public Tensor allocate(DType dtype, long... shape) {
    return workspace.allocate(dtype, shape);
  }

  /** The same where the host reads the result. */
  public Tensor allocateForHost(DType dtype, long... shape) {
    return workspace.allocateForHost(dtype, shape);
  }

  /**
   * Waits until everything that the context was given has been done. Only a GPU works on after a
   * call has returned; reading a tensor waits by itself.
   *
   * @throws IllegalArgumentException if an operation met data that it refuses, such as an id
   *     outside its table
   * @throws DeviceFaultException if the device failed
   */
  public void synchronize() {
    if (transfers != null) {
      transfers.synchronize();
    }
  }

  /** An i32 tensor [length] of the workspace with these values. */
  public Tensor indices(int... values) {
    Tensor tensor = allocate(DType.I32, values.length);
    tensor.copyFrom(values);
    return tensor;
  }

  /**
   * Cleared memory for the parameters of the next operation; valid until the one after it.
   *
   * @param bytes size of the params struct
   */
  public MemorySegment params(long bytes) {
    return params.asSlice(0, bytes).fill((byte) 0);
  }

  /**
   * Runs an operation, or records it while a graph is being recorded.
   *
   * @param operation a function of the library, such as {@code GatunLibrary::gatun_linear_forward}
   * @throws IllegalArgumentException if the operation refuses its arguments
   */
  public void run(NativeCalls.Function operation, MemorySegment operationParams) {
    if (closed) {
      throw new IllegalStateException("context is closed");
    }
    call(operation, stream, operationParams);
  }

  /** Starts recording: operations are checked and kept, not executed. */
  public void beginGraph() {
    call(GatunLibrary::gatun_graph_begin, stream, MemorySegment.NULL);
  }

  /** Ends the recording; throws the first failure that happened in it. */
  public Graph endGraph() {
    return new Graph(NativeCalls.create(GatunLibrary::gatun_graph_end, stream));
  }

  /**
   * Starts planning: from now on operations are checked and not executed, and tensors of the
   * workspaces are addresses without memory, zero where they are read. What a step will need is
   * known by going through it once.
   *
   * @throws IllegalStateException if the workspaces have memory already
   */
  public void beginPlan() {
    workspace.beginPlanning();
    gradientWorkspace().beginPlanning();
    call(GatunLibrary::gatun_plan_begin, stream, MemorySegment.NULL);
    planning = true;
  }

  /** Ends planning and, as there was never any memory, the use of the workspaces. */
  public MemoryNeed endPlan() {
    MemorySegment p = params(gatun_plan.sizeof());
    gatun_plan.struct_size(p, gatun_plan.sizeof());
    call(GatunLibrary::gatun_plan_end, stream, p);
    planning = false;
    workspace.close();
    gradientWorkspace().close();
    return new MemoryNeed(
        workspace.mostUsed(), gradientWorkspace().mostUsed(), gatun_plan.scratch_bytes(p));
  }

  /**
   * Takes the memory that a plan found to be needed, before anything is allocated.
   *
   * @throws OutOfDeviceMemoryException if memory is short
   * @throws IllegalStateException if the workspaces have memory already
   */
  public void reserve(MemoryNeed need) {
    workspace.prepare(need.activationBytes());
    gradientWorkspace().prepare(need.gradientBytes());
    MemorySegment p = params(gatun_plan.sizeof());
    gatun_plan.struct_size(p, gatun_plan.sizeof());
    gatun_plan.scratch_bytes(p, need.scratchBytes());
    call(GatunLibrary::gatun_plan_reserve, stream, p);
  }

  /** The most that has been in use at once, without what operations take for themselves. */
  public MemoryNeed used() {
    return new MemoryNeed(workspace.mostUsed(), gradientWorkspace().mostUsed(), 0);
  }

  /** Sets all elements of a contiguous tensor to zero. */
  public void zero(Tensor tensor) {
    if (!planning) {
      tensor.clear();
    }
  }

  private void call(NativeCalls.Function function, MemorySegment object, MemorySegment argument) {
    try {
      NativeCalls.run(function, object, argument, error);
    } catch (NativeException e) {
      throw DeviceFailures.of(e);
    }
    if (transfers != null) {
      transfers.submitted();
    }
  }

  /**
   * Sets who is shown intermediate results, such as "hidden_states.0"; null for nobody, which is
   * the default and costs nothing. The tensor is valid during the call only.
   */
  public void observe(BiConsumer<String, Tensor> newObserver) {
    observer = newObserver;
  }

  /** Shows intermediate result {@code index} of a list to the observer, if there is one. */
  public void show(String name, int index, Tensor tensor) {
    if (observer != null) {
      observer.accept(name + "." + index, tensor);
    }
  }

  /** Who takes note of operations, or null, which is the default. */
  public Recorder recorder() {
    return recorder;
  }

  /** Sets who takes note of operations; null for nobody. */
  public void record(Recorder newRecorder) {
    recorder = newRecorder;
  }

  /** The random numbers of dropout, or null, the default: no dropout. */
  public Dropout dropout() {
    return dropout;
  }

  /** Turns dropout on for the next forward pass, or off with null. */
  public void setDropout(Dropout newDropout) {
    dropout = newDropout;
  }

  /** The adapters that products apply, or null, the default: none, which costs nothing. */
  public Adapters adapters() {
    return adapters;
  }

  /** Sets the adapters that products apply from now on; null for none. */
  public void setAdapters(Adapters newAdapters) {
    adapters = newAdapters;
  }

  /** Closes the stream and frees the workspace; a second call is harmless. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      device.leave(transfers);
      NativeCalls.run(GatunLibrary::gatun_stream_destroy, stream, MemorySegment.NULL);
      workspace.close();
      if (gradients != null) {
        gradients.close();
      }
      arena.close();
      device.release();
    }
  }

  /**
   * Recorded calls. They refer to the tensors and weights they were recorded with, which must stay
   * alive; what varies between replays (ids, positions, lengths, pages) is read from those tensors.
   */
  public final class Graph implements AutoCloseable {
    private final MemorySegment handle;
    private boolean destroyed;

    private Graph(MemorySegment handle) {
      this.handle = handle;
    }

    /** Runs the recorded calls: one downcall, one parallel region. */
    public void replay() {
      if (destroyed || closed) {
        throw new IllegalStateException("graph is closed");
      }
      call(GatunLibrary::gatun_graph_replay, stream, handle);
    }

    @Override
    public void close() {
      if (!destroyed) {
        destroyed = true;
        NativeCalls.run(GatunLibrary::gatun_graph_destroy, handle, MemorySegment.NULL);
      }
    }
  }
}
