// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Products;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Products with block formats in F32, which a GPU unpacks 4,096 rows at a time. */
class EmulatedLinearTest {
  private static final int ROWS = 4096 + 21;
  private static final int COLUMNS = 64;
  private static final int BLOCK = 32;
  private static final int BLOCK_BYTES = 2 + BLOCK;

  /** Random codes with a scale of 1/128, in blocks of Q8_0. */
  private static Weight weight(Device device, long seed) {
    byte[] blocks = new byte[ROWS * COLUMNS / BLOCK * BLOCK_BYTES];
    new Random(seed).nextBytes(blocks);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(blocks.length, 64);
      MemorySegment.copy(blocks, 0, source, ValueLayout.JAVA_BYTE, 0, blocks.length);
      for (long block = 0; block < blocks.length; block += BLOCK_BYTES) {
        source.set(ValueLayout.JAVA_SHORT, block, Float.floatToFloat16(1f / 128));
      }
      Weight.Packing packing = new Weight.Packing(Arithmetic.F32, false, false, false);
      return Weight.create(device, source, DType.Q8_0, ROWS, COLUMNS, packing);
    }
  }

  private static Tensor values(Context context, long seed, long... shape) {
    Tensor tensor = context.allocate(DType.F32, shape);
    Random random = new Random(seed);
    float[] values = new float[Math.toIntExact(tensor.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    tensor.copyFrom(values);
    return tensor;
  }

  private static float[] linear(Device device, int tokens) {
    try (Weight weight = weight(device, 1);
        Context context = new Context(device)) {
      Tensor x = values(context, 2, tokens, COLUMNS);
      Tensor bias = values(context, 3, ROWS);
      Tensor residual = values(context, 4, tokens, ROWS);
      return Products.linear(context, x, weight, bias, Epilogue.plus(residual)).toFloatArray();
    }
  }

  private static float[] gated(Device device, int tokens) {
    try (Weight gate = weight(device, 1);
        Weight up = weight(device, 5);
        Context context = new Context(device)) {
      Tensor x = values(context, 2, tokens, COLUMNS);
      Tensor gateBias = values(context, 3, ROWS);
      Tensor upBias = values(context, 6, ROWS);
      return Products.gatedLinear(context, x, gate, up, gateBias, upBias, Activation.SILU)
          .toFloatArray();
    }
  }

  @Test
  void rowsBehindTheFirstThousandsAreTheCpus() {
    assumeTrue(
        EmulatedCuda.isBuilt(), () -> "run ci/cuda.sh emulate: no " + EmulatedCuda.library());
    EmulatedCuda.inject(Injection.RESET, 0);
    try (Device cpu = Device.cpu(DeviceOptions.defaults().withThreads(1));
        Device device = EmulatedCuda.open()) {
      for (int tokens : new int[] {1, 9}) { // a product of vectors, one of tiles
        // Sums of 64 products below 1/2, and their roundings in another order.
        assertArrayEquals(linear(cpu, tokens), linear(device, tokens), 2e-5f);
        assertArrayEquals(gated(cpu, tokens), gated(device, tokens), 2e-4f);
      }
      assertEquals(0, device.info().regions()); // no kernel of the CPU had a part in it
    }
  }
}
