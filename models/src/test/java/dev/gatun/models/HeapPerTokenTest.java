// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.generate.TextChunk;
import dev.gatun.generate.TextStream;
import dev.gatun.generate.TokenStream;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A further token of an answer takes no Java heap: what the engine's thread and the reader's
 * allocate between two tokens of running answers, 250 tokens in all. Several answers are measured,
 * and the least counts: until a loop is compiled the JVM itself may allocate for it.
 */
class HeapPerTokenTest {
  private static final String TINY = "gguf/llama-q8_0/model.gguf";
  private static final int PROMPT = 4;
  private static final int FROM = 5;
  private static final int TO = 55;
  private static final int ANSWER = 60;
  private static final int WARM_UP = 20;
  private static final int MEASURED = 5;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** The engine runs ahead, but never to the end of an answer that is being measured. */
  private static GeneratorOptions ahead(int tokens) {
    return new GeneratorOptions(0, 0, 4, 512, tokens);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void aGreedyTokenAllocatesNothing(int ahead) {
    assertEquals(0, leastHeap(ahead, 1, GenerationConfig.greedy()));
  }

  @Test
  void aTokenOfABatchAllocatesNothing() {
    assertEquals(0, leastHeap(4, 3, GenerationConfig.greedy()));
  }

  @Test
  void aDrawnTokenAllocatesNothing() {
    GenerationConfig config =
        new GenerationConfig.Builder()
            .doSample(true)
            .seed(7)
            .temperature(0.8)
            .topK(40)
            .topP(0.95)
            .minP(0.01)
            .repetitionPenalty(1.1)
            .frequencyPenalty(0.1)
            .presencePenalty(0.1)
            .noRepeatNgramSize(4)
            .logitBias(Map.of(9, 1.5))
            .logProbs(3)
            .build();
    assertEquals(0, leastHeap(4, 1, config));
  }

  private static long leastHeap(int ahead, int streams, GenerationConfig config) {
    try (Device device = Device.cpu();
        CausalModel model = Fixtures.decoder(TINY, device, Arithmetic.FAST);
        Generator generator = new Generator(model, ahead(ahead))) {
      long engine = engineThread();
      long least = Long.MAX_VALUE;
      for (int answer = 0; answer < WARM_UP + MEASURED; answer++) {
        long bytes = heap(generator, engine, streams, config.maxNewTokens(ANSWER));
        least = Math.min(least, bytes);
      }
      return least;
    }
  }

  /** Bytes that both threads allocate between tokens FROM and TO of answers that run together. */
  private static long heap(Generator generator, long engine, int count, GenerationConfig config) {
    int vocabulary = generator.model().vocabularySize();
    List<TokenStream> streams = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        streams.add(generator.stream(Fixtures.tokens(PROMPT, vocabulary, i), config));
      }
      read(streams, FROM);
      long before = allocated(engine);
      read(streams, TO - FROM);
      return allocated(engine) - before;
    } finally {
      streams.forEach(TokenStream::close);
    }
  }

  private static void read(List<TokenStream> streams, int tokens) {
    for (int token = 0; token < tokens; token++) {
      for (int i = 0; i < streams.size(); i++) {
        assertTrue(streams.get(i).next());
      }
    }
  }

  private static long allocated(long engine) {
    return THREADS.getThreadAllocatedBytes(engine) + THREADS.getCurrentThreadAllocatedBytes();
  }

  private static long engineThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("gatun-engine"))
        .mapToLong(Thread::threadId)
        .max()
        .orElseThrow();
  }

  /** With text, the reader allocates the text: chunks, their strings, and the whole answer's. */
  @Test
  void aTokenWithTextAllocatesItsText() {
    try (LanguageModel model =
        LanguageModel.load(Fixtures.golden(TINY), LoadOptions.defaults(), ahead(4))) {
      int vocabulary = model.model().vocabularySize();
      int[] prompt = Fixtures.tokens(PROMPT, vocabulary, 3);
      // An end token that the head lacks never comes.
      GenerationConfig config =
          GenerationConfig.greedy().maxNewTokens(ANSWER).eosTokens(List.of(vocabulary));
      long least = Long.MAX_VALUE;
      for (int answer = 0; answer < WARM_UP + MEASURED; answer++) {
        least = Math.min(least, beyondText(model.stream(prompt, config)));
      }
      assertEquals(0, Math.max(0, least));
    }
  }

  /** What reading an answer allocates less what making its text again does. */
  private static long beyondText(TextStream stream) {
    TextChunk[] chunks = new TextChunk[ANSWER];
    StringBuilder copy = new StringBuilder();
    try (stream) {
      int count = 0;
      while (stream.tokenCount() < FROM) {
        assertTrue(stream.hasNext());
        copy.append(stream.next().text());
      }
      long before = THREADS.getCurrentThreadAllocatedBytes();
      while (stream.tokenCount() < TO) {
        if (!stream.hasNext()) {
          break;
        }
        chunks[count++] = stream.next();
      }
      long read = THREADS.getCurrentThreadAllocatedBytes() - before;
      assertTrue(count > 0);
      return read - textAgain(chunks, count, copy);
    }
  }

  private static long textAgain(TextChunk[] chunks, int count, StringBuilder copy) {
    char[][] texts = new char[count][];
    for (int i = 0; i < count; i++) {
      texts[i] = chunks[i].text().toCharArray();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < count; i++) {
      chunks[i] = new TextChunk(new String(texts[i]), chunks[i].token(), chunks[i].logProb());
      copy.append(chunks[i].text());
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
    assertNotNull(copy);
    return bytes;
  }
}
