// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One command run inside the test's JVM: its exit code and what it printed. */
record CommandRun(int code, String out, String err) {
  static CommandRun of(String... args) {
    return of(new Interrupt(), args);
  }

  static CommandRun of(Interrupt interrupt, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.execute(interrupt, new PrintWriter(out), new PrintWriter(err), args);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /** The same with these bytes on standard input. */
  static CommandRun withInput(byte[] input, String... args) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(input));
    try {
      return of(args);
    } finally {
      System.setIn(before);
    }
  }

  /** A fixture of the golden folder, such as {@code gguf/gpt2-f32/model.gguf}. */
  static Path golden(String name) {
    Path path = Path.of(System.getProperty("gatun.golden"), name);
    assertTrue(Files.exists(path), () -> path + " is missing: the golden fixtures are resources");
    return path;
  }

  JsonNode json() {
    assertEquals(0, code, err);
    return JsonMapper.shared().readTree(out);
  }

  /** It succeeded and said nothing on standard error. */
  CommandRun succeeded() {
    assertEquals(0, code, err);
    assertEquals("", err);
    return this;
  }

  /** It refused its input in one sentence that has these words, and printed no trace. */
  void refused(String... words) {
    assertEquals(2, code, err);
    assertEquals("", out);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("gatun: "), err);
    assertFalse(err.contains("\tat "), err);
    for (String word : words) {
      assertTrue(err.contains(word), () -> "expected \"" + word + "\" in: " + err);
    }
  }
}
