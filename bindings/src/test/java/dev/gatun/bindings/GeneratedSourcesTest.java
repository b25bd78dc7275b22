// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The committed classes and probe are what the generator makes of the headers, byte for byte. */
final class GeneratedSourcesTest {
  @Test
  void generatingAgainChangesNothing() throws IOException, InterruptedException {
    Path root = Path.of(System.getProperty("gatun.root"));
    Process generator =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                root.resolve("bindings/generator/GenerateBindings.java").toString(),
                root.toString(),
                "--check")
            .redirectErrorStream(true)
            .start();
    String output = new String(generator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, generator.waitFor(), "run ci/bindings and commit what it writes:\n" + output);
  }
}
