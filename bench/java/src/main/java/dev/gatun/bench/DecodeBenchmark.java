// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.TokenStream;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Greedy tokens through the generator, as an application gets them: the engine's thread, the
 * stream, the sampler. One operation is one token. With {@code -prof gc} the column {@code
 * gc.alloc.rate.norm} is the Java heap that a token costs, the start of an answer included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class DecodeBenchmark {
  private static final int TOKENS = 256;
  private static final int[] PROMPT = {1, 2, 3, 4, 5, 6, 7, 8};
  private static final GenerationConfig CONFIG = GenerationConfig.greedy().maxNewTokens(TOKENS);

  /** Tokens of one answer. */
  @Benchmark
  @OperationsPerInvocation(TOKENS)
  public int decode(LoadedDecoder decoder) {
    int last = -1;
    try (TokenStream stream = decoder.model().generator().stream(PROMPT, CONFIG)) {
      while (stream.next()) {
        last = stream.token();
      }
    }
    return last;
  }
}
