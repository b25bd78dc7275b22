// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_device_options;
import dev.gatun.bindings.generated.gatun_tensor;
import dev.gatun.bindings.generated.gatun_weight_params;
import java.lang.foreign.Arena;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A device and a stream for one test, with short ways to tensors and weights. */
final class NativeFixture implements AutoCloseable {
  final Arena arena = Arena.ofConfined();
  final NativeError error = new NativeError(arena);
  final MemorySegment device;
  final MemorySegment stream;

  NativeFixture() {
    device = NativeCalls.create(GatunLibrary::gatun_device_open, options());
    stream = NativeCalls.create(GatunLibrary::gatun_stream_create, device);
  }

  /** Options of a device with one thread. */
  MemorySegment options() {
    MemorySegment options = struct(gatun_device_options.layout());
    gatun_device_options.threads(options, 1);
    return options;
  }

  /** A cleared struct whose first field is its size. */
  MemorySegment struct(GroupLayout layout) {
    MemorySegment struct = arena.allocate(layout);
    struct.set(ValueLayout.JAVA_LONG, 0, layout.byteSize());
    return struct;
  }

  void run(NativeCalls.Function function, MemorySegment handle, MemorySegment params) {
    NativeCalls.run(function, handle, params, error);
  }

  /** Runs what must be refused, and checks that the message says who refused. */
  void refuses(
      String operation, NativeCalls.Function function, MemorySegment handle, MemorySegment params) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> run(function, handle, params))
            .getMessage();
    assertTrue(message.startsWith(operation + ": "), message);
  }

  /** A tensor of floats; {@code shape} in elements, row-major. */
  MemorySegment floats(float[] values, long... shape) {
    MemorySegment data = arena.allocate(Math.max(64, 4L * values.length), 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
    return tensor(data, 4L * values.length, GatunLibrary.GATUN_DTYPE_F32(), shape);
  }

  /** A tensor of 32-bit integers. */
  MemorySegment ints(int[] values, long... shape) {
    MemorySegment data = arena.allocate(Math.max(64, 4L * values.length), 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_INT, 0, values.length);
    return tensor(data, 4L * values.length, GatunLibrary.GATUN_DTYPE_I32(), shape);
  }

  /** A tensor of {@code count} doubles, all zero. */
  MemorySegment doubles(int count) {
    MemorySegment data = arena.allocate(64L * count, 64);
    return tensor(data, 8L * count, GatunLibrary.GATUN_DTYPE_F64(), count);
  }

  private MemorySegment tensor(MemorySegment data, long bytes, int dtype, long... shape) {
    MemorySegment tensor = gatun_tensor.allocate(arena);
    gatun_tensor.data(tensor, data);
    gatun_tensor.byte_length(tensor, bytes);
    gatun_tensor.dtype(tensor, dtype);
    gatun_tensor.rank(tensor, shape.length);
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      gatun_tensor.shape(tensor, i, shape[i]);
      gatun_tensor.stride(tensor, i, stride);
      stride *= shape[i];
    }
    return tensor;
  }

  static float[] floats(MemorySegment tensor) {
    long bytes = gatun_tensor.byte_length(tensor);
    return gatun_tensor.data(tensor).reinterpret(bytes).toArray(ValueLayout.JAVA_FLOAT);
  }

  static int[] ints(MemorySegment tensor) {
    long bytes = gatun_tensor.byte_length(tensor);
    return gatun_tensor.data(tensor).reinterpret(bytes).toArray(ValueLayout.JAVA_INT);
  }

  /** Parameters of an f32 weight [rows, columns]. */
  MemorySegment weightParams(float[] values, long rows) {
    MemorySegment data = arena.allocate(4L * values.length, 64);
    MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, values.length);
    MemorySegment params = struct(gatun_weight_params.layout());
    gatun_weight_params.data(params, data);
    gatun_weight_params.byte_length(params, data.byteSize());
    gatun_weight_params.dtype(params, GatunLibrary.GATUN_DTYPE_F32());
    gatun_weight_params.arithmetic(params, GatunLibrary.GATUN_ARITHMETIC_F32());
    gatun_weight_params.rows(params, rows);
    gatun_weight_params.columns(params, values.length / rows);
    return params;
  }

  MemorySegment weight(float[] values, long rows) {
    MemorySegment params = weightParams(values, rows);
    run(GatunLibrary::gatun_weight_create, device, params);
    return gatun_weight_params.weight(params);
  }

  void destroyWeight(MemorySegment weight) {
    run(GatunLibrary::gatun_weight_destroy, weight, MemorySegment.NULL);
  }

  @Override
  public void close() {
    run(GatunLibrary::gatun_stream_destroy, stream, MemorySegment.NULL);
    run(GatunLibrary::gatun_device_close, device, MemorySegment.NULL);
    arena.close();
  }
}
