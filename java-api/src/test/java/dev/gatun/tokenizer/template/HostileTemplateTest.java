// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Templates that try to take the machine's time, memory, stack or objects end in our exception. */
class HostileTemplateTest {
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final long MOST_HEAP = 64L << 20;

  /** Half of what a Java thread has by default on most systems. */
  private static final long STACK_BYTES = 512L << 10;

  private static final List<String> GIVEAWAYS =
      List.of("class", "method", "object", "function", "java", "dev.gatun", "<", "@");

  private final TemplateCases cases = TemplateCases.load();

  /** How a rendering ended: with a text, or with a failure. */
  private record Outcome(String text, Throwable failure, long nanos, long heapBytes) {}

  @TestFactory
  Stream<DynamicTest> hostileTemplates() {
    return cases
        .root()
        .get("hostile")
        .valueStream()
        .map(
            hostile ->
                DynamicTest.dynamicTest(hostile.get("id").stringValue(), () -> check(hostile)));
  }

  private void check(JsonNode hostile) throws Exception {
    String source = TemplateCases.text(hostile.get("source"));
    Outcome outcome = run(source, cases.context());
    assertTrue(
        outcome.failure() == null || outcome.failure() instanceof TemplateException,
        () -> "ended in " + outcome.failure());
    assertTrue(outcome.nanos() < MOST_NANOS, () -> "took " + outcome.nanos() / 1_000_000 + " ms");
    assertTrue(
        outcome.heapBytes() < MOST_HEAP, () -> "took " + (outcome.heapBytes() >> 20) + " MiB");
    if (outcome.failure() != null) {
      return;
    }
    if (hostile.get("kind").stringValue().equals("limit")) {
      assertNotNull(hostile.get("may_render"), "rendered, expected a limit");
      assertEquals(hostile.get("may_render").stringValue(), outcome.text());
    } else {
      GIVEAWAYS.forEach(word -> assertFalse(outcome.text().contains(word), outcome.text()));
    }
  }

  private Outcome run(String source, Map<String, Object> variables) throws Exception {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    Runnable work =
        () -> {
          System.gc();
          long heap = usedHeap();
          long start = System.nanoTime();
          String text = null;
          Throwable failure = null;
          try {
            text = ChatTemplate.compile(source).render(variables, cases.clock()).text();
          } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            failure = e;
          }
          long nanos = System.nanoTime() - start;
          // Garbage counts too, as long as no collection comes in between.
          done.complete(new Outcome(text, failure, nanos, usedHeap() - heap));
        };
    Thread thread = new Thread(null, work, "hostile template", STACK_BYTES);
    thread.setUncaughtExceptionHandler((t, e) -> done.completeExceptionally(e));
    thread.start();
    try {
      return done.get();
    } catch (ExecutionException e) {
      throw new AssertionError("the rendering thread died", e.getCause());
    }
  }

  private static long usedHeap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
