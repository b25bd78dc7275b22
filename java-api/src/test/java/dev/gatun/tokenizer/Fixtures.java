// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stored results of the reference tokenizers. */
final class Fixtures {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Fixtures() {}

  /** The folder with the fixtures: property gatun.golden, GATUN_GOLDEN, or the project's copy. */
  static Path root() {
    String property = System.getProperty("gatun.golden", System.getenv("GATUN_GOLDEN"));
    Path root =
        property == null || property.isBlank()
            ? Path.of("src", "test", "resources", "golden")
            : Path.of(property);
    if (!Files.isDirectory(root)) {
      throw new IllegalStateException(
          "no golden fixtures in " + root.toAbsolutePath() + "; set -Dgatun.golden");
    }
    return root;
  }

  /** The folders of tokenizer fixtures. */
  static List<Path> folders() {
    try (Stream<Path> folders = Files.list(root().resolve("tokenizers"))) {
      return folders.filter(f -> Files.exists(f.resolve("cases.json"))).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode cases(Path folder) {
    return json(folder.resolve("cases.json"));
  }

  static JsonNode json(Path file) {
    return MAPPER.readTree(file);
  }

  static int[] ints(JsonNode list) {
    int[] ints = new int[list.size()];
    for (int i = 0; i < ints.length; i++) {
      ints[i] = list.get(i).intValue();
    }
    return ints;
  }

  static List<String> strings(JsonNode list) {
    return list.valueStream().map(JsonNode::stringValue).toList();
  }
}
