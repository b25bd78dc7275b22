// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.ops.Activation;
import dev.gatun.ops.AdamWStep;
import dev.gatun.ops.Attentions;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Logits;
import dev.gatun.ops.Norms;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.lang.foreign.Arena;
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

/**
 * Single operations from Java to the end of their kernels, the same on every device; products are
 * in {@link ProductBenchmark}. {@link DeviceBenchmarks} runs them where the devices exist.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class OperationBenchmark {
  private static final int HEADS = 4;
  private static final AdamWStep STEP = new AdamWStep(1e-3, 0.9, 0.999, 1e-8, 0.01, 1, 1);

  /** Where. */
  @Param({"CPU", "EMULATED", "GPU"})
  public BenchDevice device;

  /** Rows: tokens of one sequence. */
  @Param("64")
  public int tokens;

  /** Columns of a row, four heads. */
  @Param("256")
  public int columns;

  private Device opened;
  private Context context;
  private Arena arena;
  private Tensor x;
  private Tensor y;
  private Tensor z;
  private Tensor weight;
  private Tensor mean;
  private Tensor meanSquare;
  private Tensor ends;

  /** Makes the operands. */
  @Setup
  @SuppressWarnings("MustBeClosedChecker") // close() closes them
  public void open() {
    opened = device.open();
    context = new Context(opened);
    arena = Arena.ofShared();
    x = tensor(1, tokens, columns);
    y = tensor(2, tokens, columns);
    z = tensor(3, tokens, columns);
    weight = tensor(4, columns);
    mean = tensor(5, tokens, columns);
    meanSquare = opened.allocate(arena, DType.F32, tokens, columns);
    meanSquare.copyFrom(new float[tokens * columns]);
    ends = context.indices(0, tokens);
  }

  private Tensor tensor(long seed, long... shape) {
    Tensor made = opened.allocate(arena, DType.F32, shape);
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[Math.toIntExact(made.elementCount())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    made.copyFrom(values);
    return made;
  }

  /** Frees them. */
  @TearDown
  public void close() {
    context.close();
    arena.close();
    opened.close();
  }

  /** RMS norm of rows. */
  @Benchmark
  public void rmsNorm() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Norms.rmsNorm(context, x, weight, 1e-6f, 0, null);
      context.synchronize();
    }
  }

  /** LayerNorm of rows. */
  @Benchmark
  public void layerNorm() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Norms.layerNorm(context, x, weight, weight, 1e-5f);
      context.synchronize();
    }
  }

  /** SiLU of one half times the other. */
  @Benchmark
  public void activation() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Elementwise.activation(context, x, y, Activation.SILU);
      context.synchronize();
    }
  }

  /** Causal attention of the tokens to themselves. */
  @Benchmark
  public void attention() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      long size = columns / HEADS;
      Attentions.attention(
          context,
          x.reshape(tokens, HEADS, size),
          y.reshape(tokens, HEADS, size),
          z.reshape(tokens, HEADS, size),
          ends,
          ends,
          new Attentions.Mask(0, 0, true, 0),
          Arithmetic.FAST);
      context.synchronize();
    }
  }

  /** Probabilities of rows. */
  @Benchmark
  public void softmax() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Logits.softmax(context, x, 1, false);
      context.synchronize();
    }
  }

  /** The eight largest of each row. */
  @Benchmark
  public void topK() {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Logits.topK(context, x, 8);
      context.synchronize();
    }
  }

  /** The sum of squares of a gradient's norm, which is read. */
  @Benchmark
  public double sumOfSquares() {
    return Elementwise.sumOfSquares(context, x.reshape(x.elementCount()));
  }

  /** One step of the optimiser. */
  @Benchmark
  public void adamw() {
    long count = z.elementCount();
    STEP.run(
        context,
        z.reshape(count),
        y.reshape(count),
        mean.reshape(count),
        meanSquare.reshape(count),
        false);
    context.synchronize();
  }
}
