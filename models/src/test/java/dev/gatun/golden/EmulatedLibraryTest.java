// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Products;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which products go to cuBLASLt, here one of the tests' own that multiplies on the host. */
@SuppressWarnings("restricted") // a test's own library, which no binding describes
class EmulatedLibraryTest {
  private static final int COLUMNS = 16;
  private static final int ROWS = 24;
  private static final int MANY = 10;

  private MethodHandle products;

  /** Loaded under its path, the library is found under NVIDIA's name. */
  @BeforeEach
  void load() {
    TestGpu.requireEmulated();
    Path library = EmulatedCuda.library().resolveSibling("libcublasLt.so.13");
    products =
        Linker.nativeLinker()
            .downcallHandle(
                SymbolLookup.libraryLookup(library, Arena.global())
                    .find("gatun_fake_products")
                    .orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_LONG));
    EmulatedCuda.inject(Injection.RESET, 0);
    EmulatedCuda.inject(Injection.LIBRARY, 1);
  }

  @AfterEach
  void clear() {
    if (!TestGpu.isReal() && EmulatedCuda.isBuilt()) {
      EmulatedCuda.inject(Injection.RESET, 0);
    }
  }

  private long products() {
    try {
      return (long) products.invokeExact();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static float[] values(int count, int seed) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.sin(seed + 0.7 * i);
    }
    return values;
  }

  private static Weight weight(Device device, DType dtype, Weight.Packing packing) {
    float[] values = values(ROWS * COLUMNS, 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(dtype.byteSize(values.length), 64);
      for (int i = 0; i < values.length; i++) {
        if (dtype == DType.F32) {
          source.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
        } else {
          short upper = (short) (Float.floatToRawIntBits(values[i]) >>> 16);
          source.setAtIndex(ValueLayout.JAVA_SHORT, i, upper); // bf16, rounded to zero
        }
      }
      return Weight.create(device, source, dtype, ROWS, COLUMNS, packing);
    }
  }

  private static float[] product(
      Context context, DType dtype, Weight.Packing packing, int tokens, Activation activation) {
    try (Weight weight = weight(context.device(), dtype, packing)) {
      Tensor x = context.allocate(DType.F32, tokens, COLUMNS);
      x.copyFrom(values(tokens * COLUMNS, 2));
      Tensor bias = context.allocate(DType.F32, ROWS);
      bias.copyFrom(values(ROWS, 3));
      return Products.linear(context, x, weight, bias, Epilogue.of(activation)).toFloatArray();
    }
  }

  private static Weight.Packing packing(Arithmetic arithmetic, boolean batchInvariant) {
    return new Weight.Packing(arithmetic, batchInvariant, false, false);
  }

  /** Products of the library, for one that is compared with the CPU's in F32. */
  private long byLibrary(
      DType dtype, Weight.Packing packing, int tokens, Activation activation, float tolerance) {
    float[] expected;
    try (Device cpu = Device.cpu();
        Context context = new Context(cpu)) {
      expected = product(context, dtype, packing(Arithmetic.F32, false), tokens, activation);
    }
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device)) {
      long before = products();
      assertArrayEquals(expected, product(context, dtype, packing, tokens, activation), tolerance);
      return products() - before;
    }
  }

  @Test
  void manyTokensGoToTheLibrary() {
    Weight.Packing fast = packing(Arithmetic.FAST, false);
    assertEquals(1, byLibrary(DType.F32, fast, MANY, Activation.NONE, 1e-5f));
    assertEquals(1, byLibrary(DType.F32, fast, MANY, Activation.GELU_TANH, 1e-5f));
    // x is rounded to 8 bits of mantissa.
    assertEquals(1, byLibrary(DType.BF16, fast, MANY, Activation.NONE, 0.05f));
  }

  @Test
  void whatItCannotSayAndWhatMustNotDependOnTheBatchDoesNot() {
    Weight.Packing fast = packing(Arithmetic.FAST, false);
    assertEquals(0, byLibrary(DType.F32, fast, 3, Activation.NONE, 1e-5f));
    assertEquals(0, byLibrary(DType.F32, fast, MANY, Activation.SILU, 1e-5f));
    Weight.Packing invariant = packing(Arithmetic.FAST, true);
    assertEquals(0, byLibrary(DType.F32, invariant, MANY, Activation.NONE, 1e-5f));
    Weight.Packing exact = packing(Arithmetic.F32, false);
    assertEquals(0, byLibrary(DType.BF16, exact, MANY, Activation.NONE, 1e-5f));
  }

  @Test
  void aRecordedProductIsTheLibrarysToo() {
    try (Device device = EmulatedCuda.open();
        Context context = new Context(device);
        Weight weight = weight(device, DType.F32, packing(Arithmetic.FAST, false))) {
      Tensor x = context.allocate(DType.F32, MANY, COLUMNS);
      context.beginGraph();
      Tensor y = Products.linear(context, x, weight, null, Epilogue.NONE);
      try (Context.Graph graph = context.endGraph()) {
        x.copyFrom(values(MANY * COLUMNS, 2));
        long before = products();
        graph.replay();
        float[] replayed = y.toFloatArray();
        assertEquals(1, products() - before);
        assertArrayEquals(
            Products.linear(context, x, weight, null, Epilogue.NONE).toFloatArray(), replayed);
      }
    }
  }

  @Test
  void withoutALibraryTheOwnKernelsAnswer() {
    EmulatedCuda.inject(Injection.RESET, 0);
    long tiles = EmulatedCuda.launches("dense_f32");
    Weight.Packing fast = packing(Arithmetic.FAST, false);
    assertEquals(0, byLibrary(DType.F32, fast, MANY, Activation.NONE, 1e-5f));
    assertEquals(tiles + 1, EmulatedCuda.launches("dense_f32"));
  }
}
