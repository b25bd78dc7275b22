// SPDX-License-Identifier: Apache-2.0
package dev.gatun.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.io.Catalogue;
import dev.gatun.io.ModelCache;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java examples of the README, taken from its text: each compiles without a warning, and prints
 * what it says where its model is on this machine; {@code GATUN_FETCH=1} has it fetched.
 */
final class ReadmeTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
  private static final int MOST_LINES = 14;

  @TempDir private Path folder;

  @Test
  void examplesAreShortAndCompile() throws Exception {
    List<String> examples = examples();
    assertEquals(2, examples.size(), "one example for chat and one for embeddings");
    for (String example : examples) {
      assertTrue(example.lines().count() <= MOST_LINES, example);
      compile(example);
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
    String readme = Files.readString(Path.of(System.getProperty("gatun.root"), "README.md"));
    List<String> examples = new ArrayList<>();
    Matcher matcher = EXAMPLE.matcher(readme);
    while (matcher.find()) {
      examples.add(matcher.group(1));
    }
    return examples;
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

  private void compile(String example) throws Exception {
    Files.writeString(folder.resolve("Example.java"), example);
    String said =
        process("javac", "-Xlint:all,-classfile,-path", "-Werror", "-proc:none", "-cp", classPath())
            .end("-d", folder.toString(), folder.resolve("Example.java").toString());
    assertEquals("", said);
  }

  private String run(String example) throws Exception {
    compile(example);
    return process("java", "-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
        .end(
            "--sun-misc-unsafe-memory-access=allow",
            "-Dgatun.library.path=" + System.getProperty("gatun.library.path"),
            "-cp",
            classPath() + ":" + folder,
            "Example");
  }

  /** Class and module path of this JVM together: the examples are no modules. */
  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    return modules.isEmpty() ? classes : modules + ":" + classes;
  }

  /** A program of the JDK with its first arguments. */
  private record Tool(List<String> start) {
    /** Runs it with further arguments and returns what it printed. */
    String end(String... more) throws Exception {
      List<String> command = new ArrayList<>(start);
      command.addAll(List.of(more));
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), said);
      return said;
    }
  }

  private static Tool process(String name, String... arguments) {
    List<String> start = new ArrayList<>();
    start.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
    start.addAll(List.of(arguments));
    return new Tool(start);
  }
}
