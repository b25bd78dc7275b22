// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JniLibraryTest {
  @TempDir Path folder;

  @Test
  void namesAFileThatIsNoLibrary() throws IOException {
    Path file = Files.writeString(folder.resolve("libnothing.so"), "not a library");
    UnsatisfiedLinkError error =
        assertThrows(UnsatisfiedLinkError.class, () -> JniLibrary.load(file));
    assertTrue(error.getMessage().contains("libnothing.so"), error.getMessage());
  }
}
