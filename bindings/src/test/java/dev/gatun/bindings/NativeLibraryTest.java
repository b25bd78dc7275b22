// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibraryTest {
  @TempDir Path folder;

  /** Loads the library in a JVM of its own and says where it came from, or why it did not load. */
  static final class Loader {
    private Loader() {}

    public static void main(String[] args) {
      try {
        NativeLibrary.load();
        System.out.print("loaded " + NativeLibrary.origin());
      } catch (NativeLibraryException e) {
        System.out.print(e.getMessage());
      }
    }
  }

  private Process start(String... options) throws IOException, URISyntaxException {
    String resource = "META-INF/native/" + NativeLibrary.platform() + "/libgatun.so";
    URL library = NativeLibrary.class.getClassLoader().getResource(resource);
    String root = library.toString().replace(resource, "").replaceAll("^jar:|!/$", "");
    String path =
        String.join(
            File.pathSeparator,
            Path.of(NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString(),
            Path.of(System.getProperty("gatun.root"), "bindings/target/test-classes").toString(),
            Path.of(URI.create(root)).toString());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Djava.io.tmpdir=" + folder, "-Xshare:auto", "-XX:+UseSerialGC"));
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", path, Loader.class.getName()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String output(Process process) throws IOException, InterruptedException {
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return text;
  }

  @Test
  void twoJvmsExtractAtOnceAndLeaveNothingBehind() throws Exception {
    Process first = start("--enable-native-access=ALL-UNNAMED");
    Process second = start("--enable-native-access=ALL-UNNAMED");
    String resource = "loaded META-INF/native/linux-x86_64/libgatun.so";
    assertEquals(resource, output(first));
    assertEquals(resource, output(second));
    try (var left = Files.list(folder)) {
      assertEquals(
          List.of(),
          left.filter(file -> file.getFileName().toString().startsWith("gatun-")).toList());
    }
  }

  @Test
  void explicitPathComesBeforeTheJar() throws Exception {
    String path = System.getProperty(NativeLibrary.PATH_PROPERTY);
    Process jvm =
        start(
            "--enable-native-access=ALL-UNNAMED", "-D" + NativeLibrary.PATH_PROPERTY + "=" + path);
    assertEquals("loaded " + Path.of(path, "libgatun.so"), output(jvm));
  }

  @Test
  void deniedAccessNamesTheFlag() throws Exception {
    String message = output(start("--illegal-native-access=deny"));
    assertTrue(message.contains("--enable-native-access=ALL-UNNAMED"), message);
  }

  @Test
  void missingFileListsPathPlatformAndFlags() {
    var attempt = new NativeLibrary.Attempt(folder.toString());
    String message = assertThrows(NativeLibraryException.class, attempt::run).getMessage();
    assertTrue(message.contains(folder.resolve("libgatun.so") + " (no such file)"), message);
    assertTrue(message.contains(NativeLibrary.platform()), message);
    assertTrue(message.contains("-Dgatun.library.path="), message);
    assertTrue(message.contains("--enable-native-access"), message);
  }

  @Test
  void brokenFileGivesTheLoadersReason() throws IOException {
    Path broken = Files.writeString(folder.resolve("libgatun.so"), "not a library");
    var attempt = new NativeLibrary.Attempt(broken.toString());
    var failure = assertThrows(NativeLibraryException.class, attempt::run);
    assertTrue(failure.getMessage().contains(broken.toString()), failure.getMessage());
    assertTrue(failure.getMessage().contains("file too short"), failure.getMessage());
    assertTrue(failure.getCause() instanceof UnsatisfiedLinkError);
  }

  @Test
  void differenceNamesTheFirstRecord() {
    assertNull(NativeLibrary.difference("a 1\nb 2\n", "a 1\nb 2\n"));
    assertEquals(
        "expected \"b 2\", got \"b 3\"", NativeLibrary.difference("a 1\nb 2\n", "a 1\nb 3\n"));
    assertEquals(
        "expected \"b 2\", got \"nothing\"", NativeLibrary.difference("a 1\nb 2\n", "a 1"));
    assertEquals(
        "it has more than the bindings know, first \"c 3\"",
        NativeLibrary.difference("a 1\n", "a 1\nc 3\n"));
  }
}
