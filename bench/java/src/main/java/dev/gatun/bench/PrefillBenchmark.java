// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.generate.ThroughputBenchmark;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A prompt of 512 random tokens in one chunk; one operation is one token. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class PrefillBenchmark {
  private static final int TOKENS = 512;

  private ThroughputBenchmark throughput;

  /** Reserves the cache. */
  @Setup(Level.Trial)
  public void open(LoadedDecoder decoder) {
    throughput = new ThroughputBenchmark(decoder.model().model(), TOKENS);
  }

  /** Frees the cache. */
  @TearDown(Level.Trial)
  public void close() {
    throughput.close();
  }

  /** One prompt. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public long prefill() {
    return throughput.prefillNanos(0, TOKENS);
  }
}
