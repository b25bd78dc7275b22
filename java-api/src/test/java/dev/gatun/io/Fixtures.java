// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the reference fixtures are: a property, an environment variable, or the test resources. */
final class Fixtures {
  private Fixtures() {}

  static Path golden(String name) {
    String folder = System.getProperty("gatun.golden", System.getenv("GATUN_GOLDEN"));
    Path path =
        (folder == null || folder.isEmpty()
                ? Path.of("src", "test", "resources", "golden")
                : Path.of(folder))
            .resolve(name);
    assertTrue(Files.exists(path), "missing fixture " + path.toAbsolutePath());
    return path;
  }
}
