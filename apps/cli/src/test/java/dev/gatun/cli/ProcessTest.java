// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command in a process of its own: exit codes, the two outputs, signals. */
final class ProcessTest {
  private static final String MODEL = CommandRun.golden("gguf/gpt2-f32/model.gguf").toString();
  private static final long PATIENCE_SECONDS = 60;

  @TempDir private Path folder;

  private Process start(List<String> options, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .redirectOutput(folder.resolve("out").toFile())
        .redirectError(folder.resolve("err").toFile())
        .start();
  }

  /** Class and module path of this JVM together: the command runs on the class path. */
  private static String classPath() {
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    return modules.isEmpty() ? classes : modules + ":" + classes;
  }

  private CommandRun end(Process process) throws IOException, InterruptedException {
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "it does not end");
    return new CommandRun(process.exitValue(), read("out"), read("err"));
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private static List<String> library() {
    return List.of("-Dgatun.library.path=" + System.getProperty("gatun.library.path"));
  }

  @Test
  void answerOnStandardOutputNothingElse() throws Exception {
    CommandRun run =
        end(start(library(), "generate", "ab", "-m", MODEL, "-n", "4", "--arithmetic", "f32"));
    run.succeeded();
    assertEquals(
        CommandRun.of("generate", "ab", "-m", MODEL, "-n", "4", "--arithmetic", "f32").out(),
        run.out());
  }

  @Test
  void wrongInputEndsWithTwo() throws Exception {
    end(start(library(), "generate", "ab", "-m", "./absent.gguf")).refused("absent.gguf");
  }

  @Test
  void missingNativeLibraryIsOneSentence() throws Exception {
    CommandRun run =
        end(
            start(
                List.of("-Dgatun.library.path=" + folder.resolve("nowhere")),
                "generate",
                "ab",
                "-m",
                MODEL));
    run.refused("native library", "nowhere", "gatun.library.path");
  }

  @Test
  void interruptEndsWith130AndWithoutATrace() throws Exception {
    Process process = start(library(), "chat", "-m", chatModel().toString());
    awaitPrompt(process);
    Process signal = new ProcessBuilder("kill", "-INT", "" + process.pid()).start();
    assertEquals(0, signal.waitFor());
    CommandRun run = end(process);
    assertEquals(130, run.code(), run.err());
    assertFalse(run.err().contains("\tat "), run.err());
  }

  private void awaitPrompt(Process process) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!read("out").contains("> ")) {
      assertTrue(process.isAlive(), () -> "it ended");
      assertTrue(System.nanoTime() < deadline, "it does not ask for a line");
      Thread.sleep(20);
    }
  }

  /** The tiny GPT-2 with the tokenizer of its scheme and a chat template of a line. */
  private Path chatModel() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(CommandRun.golden("gpt2/" + name), model.resolve(name));
    }
    Files.copy(
        CommandRun.golden("tokenizers/byte-bpe-gpt2/tokenizer.json"),
        model.resolve("tokenizer.json"));
    Files.writeString(
        model.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "GPT2Tokenizer", "chat_template": "{{ messages[0].content }}"}
        """);
    return model;
  }
}
