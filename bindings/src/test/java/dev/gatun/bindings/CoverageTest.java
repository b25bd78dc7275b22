// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.bindings.generated.GatunLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No function of the headers goes untested here. */
final class CoverageTest {
  @Test
  void everyFunctionIsCalledByATest() throws IOException {
    Path folder = Path.of(System.getProperty("gatun.root"), "bindings/src/test/java");
    var sources = new StringBuilder();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
        sources.append(Files.readString(file));
      }
    }
    List<String> missing =
        GatunLayout.TEXT
            .lines()
            .filter(record -> record.startsWith("function "))
            .map(record -> record.replaceAll("function (\\w+) .*", "$1"))
            .filter(
                name -> !sources.toString().matches("(?s).*GatunLibrary(::|\\.)" + name + "\\b.*"))
            .toList();
    assertEquals(List.of(), missing);
  }
}
