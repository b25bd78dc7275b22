// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Templates that try to take the machine's time, memory, stack or objects end in our exception. */
class HostileTemplateTest {
  private static final long MOST_NANOS = 1_000_000_000L;
  private static final long MOST_HEAP = 64L << 20;

  /** Half of what a Java thread has by default on most systems. */
  private static final long STACK_BYTES = 512L << 10;

  private static final int MUTATIONS = 5_000;
  private static final Pattern PIECE =
      Pattern.compile("\\w+|\\{[{%#]|[}%#]\\}|'[^']*'|\\s+|.", Pattern.DOTALL);

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
        .map(hostile ->
            DynamicTest.dynamicTest(hostile.get("id").stringValue(), () -> check(hostile)));
  }

  private void check(JsonNode hostile) throws Exception {
    String source = TemplateCases.text(hostile.get("source"));
    // The clock runs for other programs too: one of three attempts must be in time.
    Outcome outcome = run(source, cases.context());
    for (int i = 1; i < 3 && outcome.nanos() >= MOST_NANOS; i++) {
      outcome = run(source, cases.context());
    }
    judge(hostile, outcome);
  }

  private static void judge(JsonNode hostile, Outcome outcome) {
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

  /** Broken templates, made by replacing pieces of good ones, fail only in our own way. */
  @Test
  void mutatedTemplates() {
    Random random = new Random(20_260_102);
    List<String> sources =
        cases.root().get("snippets").valueStream().map(s -> s.get("source").stringValue()).toList();
    List<String> pieces = sources.stream().flatMap(s -> pieces(s).stream()).toList();
    Map<String, Object> context = cases.context();
    for (int i = 0; i < MUTATIONS; i++) {
      List<String> mutant = pieces(sources.get(random.nextInt(sources.size())));
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(mutant.size());
        String piece = pieces.get(random.nextInt(pieces.size()));
        if (random.nextBoolean()) {
          mutant.set(at, piece);
        } else {
          mutant.add(at, piece);
        }
      }
      String source = String.join("", mutant);
      try {
        ChatTemplate.compile(source).render(context, cases.clock());
      } catch (TemplateException expected) {
        assertNotNull(expected.detail());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("template: " + source, e);
      }
    }
  }

  private static List<String> pieces(String source) {
    return PIECE
        .matcher(source)
        .results()
        .map(MatchResult::group)
        .collect(toCollection(ArrayList::new));
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
