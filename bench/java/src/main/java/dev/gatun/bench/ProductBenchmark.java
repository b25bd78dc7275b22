// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.ops.Products;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import dev.gatun.tensor.Workspace;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Products of rows with a square weight, by format and number of tokens, on every device. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ProductBenchmark {
  private static final short QUARTER = 0x3400; // in f16: the scale of every block

  /** Where. */
  @Param({"CPU", "EMULATED", "GPU"})
  public BenchDevice device;

  /** The weight's format. */
  @Param({"F32", "BF16", "Q8_0", "Q4_0"})
  public DType format;

  /** Tokens: 1 as in decoding, more as in prompts. */
  @Param({"1", "64"})
  public int tokens;

  /** Rows and columns of the weight. */
  @Param("256")
  public int columns;

  private Device opened;
  private Context context;
  private Arena arena;
  private Tensor x;
  private Weight weight;

  /** Makes the operands. */
  @Setup
  @SuppressWarnings("MustBeClosedChecker") // close() closes them
  public void open() {
    opened = device.open();
    context = new Context(opened);
    arena = Arena.ofShared();
    SplittableRandom random = new SplittableRandom(1);
    x = opened.allocate(arena, DType.F32, tokens, columns);
    float[] values = new float[tokens * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    x.copyFrom(values);
    try (Arena source = Arena.ofConfined()) {
      weight =
          Weight.create(
              opened,
              matrix(source, random),
              format,
              columns,
              columns,
              new Weight.Packing(Arithmetic.FAST, false, false, false));
    }
  }

  private MemorySegment matrix(Arena source, SplittableRandom random) {
    long bytes = format.byteSize((long) columns * columns);
    MemorySegment matrix = source.allocate(bytes, 16);
    switch (format) {
      case F32 -> {
        for (long i = 0; i < bytes; i += Float.BYTES) {
          matrix.set(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
      }
      case BF16 -> {
        for (long i = 0; i < bytes; i += Short.BYTES) {
          int bits = Float.floatToRawIntBits((float) random.nextDouble(-1, 1));
          matrix.set(ValueLayout.JAVA_SHORT, i, (short) (bits >>> Short.SIZE));
        }
      }
      default -> { // blocks of a scale and codes
        long block = format.blockBytes();
        for (long i = 0; i < bytes; i++) {
          matrix.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        }
        for (long i = 0; i < bytes; i += block) {
          matrix.set(ValueLayout.JAVA_SHORT_UNALIGNED, i, QUARTER);
        }
      }
    }
    return matrix;
  }

  /** Frees them. */
  @TearDown
  public void close() {
    weight.close();
    context.close();
    arena.close();
    opened.close();
  }

  /** One product. */
  @Benchmark
  public void linear() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Products.linear(context, x, weight, null, Products.Epilogue.NONE);
      context.synchronize();
    }
  }
}
