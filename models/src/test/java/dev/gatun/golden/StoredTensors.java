// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.io.Safetensors;
import dev.gatun.io.TensorInfo;
import dev.gatun.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Set;

/** Arrays of a safetensors file. */
final class StoredTensors implements AutoCloseable {
  private final Safetensors file;

  StoredTensors(Path path) {
    file = Safetensors.open(path);
  }

  Set<String> names() {
    return file.names();
  }

  boolean has(String name) {
    return file.find(name).isPresent();
  }

  boolean isFloat(String name) {
    return file.info(name).dtype() == DType.F32;
  }

  int[] shape(String name) {
    long[] shape = file.info(name).shape();
    int[] dimensions = new int[shape.length];
    for (int i = 0; i < shape.length; i++) {
      dimensions[i] = Math.toIntExact(shape[i]);
    }
    return dimensions;
  }

  float[] floats(String name) {
    return read(name, DType.F32).toArray(ValueLayout.JAVA_FLOAT);
  }

  int[] ints(String name) {
    long[] values = read(name, DType.I64).toArray(ValueLayout.JAVA_LONG);
    int[] narrow = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = Math.toIntExact(values[i]);
    }
    return narrow;
  }

  byte[] bytes(String name) {
    return read(name, DType.U8).toArray(ValueLayout.JAVA_BYTE);
  }

  private MemorySegment read(String name, DType expected) {
    TensorInfo info = file.info(name);
    if (info.dtype() != expected) {
      throw new IllegalArgumentException(
          name + " has type " + info.dtype() + ", expected " + expected);
    }
    MemorySegment segment = Arena.ofAuto().allocate(Math.max(8, info.byteLength()), 64);
    file.read(info, segment);
    return segment.asSlice(0, info.byteLength());
  }

  @Override
  public void close() {
    file.close();
  }
}
