// SPDX-License-Identifier: Apache-2.0
package dev.gatun.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.io.Catalogue;
import dev.gatun.io.ModelCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java examples of the README, taken from its text: each compiles without a warning, and prints
 * what it says where its model is on this machine; {@code GATUN_FETCH=1} has it fetched.
 */
final class ReadmeTest {
  private static final int MOST_LINES = 14;

  @TempDir private Path folder;

  @Test
  void examplesAreShortAndCompile() throws Exception {
    List<String> examples = examples();
    assertEquals(2, examples.size(), "one example for chat and one for embeddings");
    for (String example : examples) {
      assertTrue(example.lines().count() <= MOST_LINES, example);
      Documents.compile(example, folder);
    }
  }

  @Test
  void chatExampleAnswers() throws Exception {
    String example = example("smollm2-135m-instruct");
    String answer = run(example).toLowerCase(Locale.ROOT);
    assertTrue(answer.contains("lock") && answer.length() > 40, answer);
  }

  @Test
  void embeddingExamplePrintsASimilarity() throws Exception {
    String example = example("all-minilm-l6-v2");
    double cosine = Double.parseDouble(run(example).strip());
    assertTrue(cosine > 0.2 && cosine < 0.9, () -> "cosine of related sentences: " + cosine);
  }

  private static List<String> examples() throws IOException {
    return Documents.examples("README.md");
  }

  /** The example that names a model, if that can be had. */
  private static String example(String model) throws IOException {
    boolean here = ModelCache.standard().has(Catalogue.load().find(model).orElseThrow());
    assumeTrue(
        here || "1".equals(System.getenv("GATUN_FETCH")),
        () -> "skipped: " + model + " is not in the cache; GATUN_FETCH=1 fetches it");
    return examples().stream()
        .filter(text -> text.contains('"' + model + '"'))
        .findFirst()
        .orElseThrow();
  }

  private String run(String example) throws Exception {
    Documents.compile(example, folder);
    return Documents.run(folder);
  }
}
