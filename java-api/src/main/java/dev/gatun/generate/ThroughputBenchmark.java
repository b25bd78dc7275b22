// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.CausalModel;
import dev.gatun.nn.KvCache;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Times prompts and single tokens of a decoder the way llama-bench does: random tokens, the head
 * for the last prompt token only, no sampling. Runs on the caller's thread. Not thread-safe.
 */
public final class ThroughputBenchmark implements AutoCloseable {
  private static final int CHUNK = 512;

  private final CausalModel model;
  private final KvCache cache;
  private final StepRunner runner;
  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * Reserves a cache.
   *
   * @param tokens most tokens of a run, depth included
   */
  public ThroughputBenchmark(CausalModel model, int tokens) {
    this.model = model;
    this.cache = new KvCache(model.device(), model.cacheShape(), tokens + 1L);
    this.runner = new StepRunner(model, cache);
  }

  /** Nanoseconds for a prompt of {@code tokens} behind {@code depth} tokens that are not timed. */
  public long prefillNanos(int depth, int tokens) {
    Sequence sequence = sequence(depth + tokens);
    prefill(sequence, depth);
    long start = System.nanoTime();
    prefill(sequence, depth + tokens);
    long end = System.nanoTime();
    sequence.release();
    return end - start;
  }

  /**
   * Nanoseconds for {@code tokens} single tokens behind {@code depth} tokens that are not timed.
   */
  public long decodeNanos(int depth, int tokens) {
    Sequence sequence = sequence(depth + tokens);
    prefill(sequence, depth);
    List<Sequence> batch = List.of(sequence);
    long start = System.nanoTime();
    for (int i = 0; i < tokens; i++) {
      runner.decode(batch);
    }
    long end = System.nanoTime();
    sequence.release();
    return end - start;
  }

  private Sequence sequence(int length) {
    if (length > model.contextLength()) {
      throw new IllegalArgumentException(
          "benchmark: depth and tokens are "
              + length
              + ", the model's context holds "
              + model.contextLength());
    }
    int[] ids = random.ints(length, 0, model.vocabularySize()).toArray();
    return new Sequence(cache, new TokenHistory(ids, new int[0]));
  }

  private void prefill(Sequence sequence, int end) {
    while (sequence.cached() < end) {
      int stop = Math.min(end, sequence.cached() + CHUNK);
      runner.prefill(List.of(new StepRunner.Chunk(sequence, stop)));
    }
  }

  @Override
  public void close() {
    runner.close();
    cache.close();
  }
}
