// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.NativeLibrary;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_error;
import dev.gatun.bindings.generated.gatun_rms_norm_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What crossing into native code costs: a getter that does nothing, and the smallest fused step of
 * a decoder, an RMS norm of one token of width 576, each through the bindings and through JNI. The
 * difference between the two pairs of lines is the price of the interface; the difference between a
 * getter and a norm is the work.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FfmVersusJniBenchmark {
  private static final int WIDTH = 576;

  private Device device;
  private MemorySegment stream;
  private Context context;
  private final Arena arena = Arena.ofShared();
  private MemorySegment params;
  private MemorySegment error;

  /** Opens a device of one thread and describes the norm once. */
  @Setup
  public void open() {
    NativeLibrary.load();
    device = Device.cpu(DeviceOptions.defaults().withThreads(1));
    context = new Context(device);
    stream = NativeCalls.create(GatunLibrary::gatun_stream_create, device.handle());
    Tensor x = context.allocate(DType.F32, 1, WIDTH);
    Tensor weight = context.allocate(DType.F32, WIDTH);
    Tensor y = context.allocate(DType.F32, 1, WIDTH);
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1);
    x.copyFrom(ones);
    weight.copyFrom(ones);
    params = gatun_rms_norm_params.allocate(arena);
    gatun_rms_norm_params.struct_size(params, gatun_rms_norm_params.sizeof());
    x.describe(gatun_rms_norm_params.x(params));
    weight.describe(gatun_rms_norm_params.weight(params));
    y.describe(gatun_rms_norm_params.y(params));
    gatun_rms_norm_params.eps(params, 1e-5f);
    error = gatun_error.allocate(arena);
  }

  /** Frees what was opened. */
  @TearDown
  public void close() {
    NativeCalls.run(GatunLibrary::gatun_stream_destroy, stream, MemorySegment.NULL);
    context.close();
    device.close();
    arena.close();
  }

  /** The getter through the generated binding. */
  @Benchmark
  public int getterFfm() {
    return GatunLibrary.gatun_abi_version();
  }

  /** The getter through JNI. */
  @Benchmark
  public int getterJni() {
    return JniCalls.abiVersion();
  }

  /** The norm through the generated binding, as the Java API calls it. */
  @Benchmark
  public int normFfm() {
    return GatunLibrary.gatun_rms_norm_forward(stream, params, error);
  }

  /** The norm through JNI. */
  @Benchmark
  public int normJni() {
    return JniCalls.rmsNorm(stream.address(), params.address(), error.address());
  }
}
