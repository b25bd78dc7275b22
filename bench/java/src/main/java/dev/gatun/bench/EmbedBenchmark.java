// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.embed.Embedder;
import dev.gatun.embed.EmbedderOptions;
import dev.gatun.tensor.Arithmetic;
import java.util.ArrayList;
import java.util.List;
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

/** Embedding of batches of random token ids; one operation is one batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EmbedBenchmark {
  private static final int FIRST_WORD = 1000;
  private static final int WORDS = 20000;

  /** The arithmetic. */
  @Param({"FAST", "F32"})
  public Arithmetic arithmetic;

  /** Sequences x tokens. */
  @Param({"32x128", "1x32"})
  public String shape;

  /** Threads of the device. */
  @Param("2")
  public int threads;

  private Embedder embedder;
  private List<int[]> batch;

  /** Loads the model and makes the batch. */
  @Setup
  public void load() {
    embedder =
        Embedder.load(
            BenchSettings.encoder(),
            BenchSettings.loading(arithmetic, threads),
            EmbedderOptions.defaults());
    int cross = shape.indexOf('x');
    int sequences = Integer.parseInt(shape.substring(0, cross));
    int tokens = Integer.parseInt(shape.substring(cross + 1));
    SplittableRandom random = new SplittableRandom(1);
    batch = new ArrayList<>();
    for (int i = 0; i < sequences; i++) {
      batch.add(random.ints(tokens, FIRST_WORD, FIRST_WORD + WORDS).toArray());
    }
  }

  /** Frees the model. */
  @TearDown
  public void close() {
    embedder.close();
  }

  /** One batch. */
  @Benchmark
  public float[][] embed() {
    return embedder.embedIds(batch);
  }
}
