// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.nn.CausalModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Context.Graph;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Logits are equal bit for bit wherever only the way of computing them differs. */
class SameBitsTest {
  private static final int LENGTH = 17;
  private static final String[] MODELS = {
    "llama2",
    "gpt2",
    "gemma3",
    "qwen3",
    "gguf/llama-q4_0/model.gguf",
    "gguf/llama-q8_0/model.gguf",
    "gguf/llama-f16/model.gguf",
    "gguf/llama-bf16/model.gguf"
  };

  static Stream<Arguments> everyArithmetic() {
    return Arrays.stream(MODELS)
        .flatMap(name ->
            Arrays.stream(Arithmetic.values()).map(arithmetic -> Arguments.of(name, arithmetic)));
  }

  private static CausalModel load(
      String name, Arithmetic arithmetic, int threads, boolean batchInvariant) {
    return GatunModels.loadCausal(
        Fixtures.golden(name),
        LoadOptions.defaults()
            .withDeviceOptions(DeviceOptions.defaults().withThreads(threads))
            .withArithmetic(arithmetic)
            .withBatchInvariant(batchInvariant));
  }

  private static int[][] sequences(CausalModel model, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Fixtures.tokens(LENGTH - i, model.vocabularySize(), i))
        .toArray(int[][]::new);
  }

  private static float[] logits(CausalModel model, int[]... sequences) {
    try (Context context = model.newContext()) {
      Tensor hidden = model.hidden(context, SequenceBatch.of(context, sequences));
      float[] logits = model.logits(context, hidden, null).toFloatArray();
      assertTrue(logits[0] != logits[1] && Float.isFinite(logits[0]), "no logits were computed");
      return logits;
    }
  }

  @ParameterizedTest
  @MethodSource("everyArithmetic")
  void oneAndTwoThreads(String name, Arithmetic arithmetic) {
    try (CausalModel one = load(name, arithmetic, 1, false);
        CausalModel two = load(name, arithmetic, 2, false)) {
      int[][] sequences = sequences(one, 3);
      assertArrayEquals(logits(one, sequences), logits(two, sequences));
    }
  }

  @ParameterizedTest
  @MethodSource("everyArithmetic")
  void firstRunAndReplay(String name, Arithmetic arithmetic) {
    try (CausalModel model = load(name, arithmetic, 2, false);
        Context context = model.newContext()) {
      int[][] sequences = sequences(model, 2);
      float[] first = logits(model, sequences);
      SequenceBatch batch = SequenceBatch.of(context, sequences);
      context.beginGraph();
      Tensor recorded = model.logits(context, model.hidden(context, batch), null);
      try (Graph graph = context.endGraph()) {
        graph.replay();
        assertArrayEquals(first, recorded.toFloatArray());
        recorded.segment().fill((byte) 0);
        graph.replay();
        assertArrayEquals(first, recorded.toFloatArray());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyArithmetic")
  void aloneAndInABatch(String name, Arithmetic arithmetic) {
    try (CausalModel model = load(name, arithmetic, 2, true)) {
      int[][] sequences = sequences(model, 8);
      float[] together = logits(model, sequences);
      int at = 0;
      for (int[] sequence : sequences) {
        float[] alone = logits(model, sequence);
        assertArrayEquals(alone, Arrays.copyOfRange(together, at, at + alone.length));
        at += alone.length;
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyArithmetic")
  void wholeAndInChunks(String name, Arithmetic arithmetic) {
    try (CausalModel model = load(name, arithmetic, 2, true)) {
      int[] tokens = sequences(model, 1)[0];
      float[] whole = cached(model, tokens, tokens.length);
      assertArrayEquals(whole, cached(model, tokens, 1));
      assertArrayEquals(whole, cached(model, tokens, 5));
      if (arithmetic == Arithmetic.F32) {
        assertArrayEquals(logits(model, tokens), whole);
      }
    }
  }

  /** The logits of all tokens, fed through a cache in chunks. */
  private static float[] cached(CausalModel model, int[] tokens, int chunk) {
    float[] all = new float[tokens.length * model.vocabularySize()];
    try (Context context = model.newContext();
        KvCache cache = new KvCache(model.device(), model.cacheShape(), tokens.length)) {
      int[] pages = IntStream.range(0, cache.pageCount()).map(i -> cache.take()).toArray();
      for (int start = 0; start < tokens.length; start += chunk) {
        int end = Math.min(start + chunk, tokens.length);
        SequenceBatch batch =
            new SequenceBatch(
                context.indices(Arrays.copyOfRange(tokens, start, end)),
                context.indices(IntStream.range(start, end).toArray()),
                null,
                context.indices(0, end - start),
                new SequenceBatch.CachedBatch(
                    cache,
                    context.indices(
                        IntStream.range(start, end)
                            .map(t ->
                                pages[t / cache.pageTokens()] * cache.pageTokens()
                                    + t % cache.pageTokens())
                            .toArray()),
                    context.indices(pages).reshape(1, pages.length),
                    context.indices(end)));
        float[] part = model.logits(context, model.hidden(context, batch), null).toFloatArray();
        System.arraycopy(part, 0, all, start * model.vocabularySize(), part.length);
      }
    }
    return all;
  }
}
