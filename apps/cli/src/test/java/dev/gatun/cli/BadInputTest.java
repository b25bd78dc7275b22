// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with the input: one sentence, exit code 2, no stack trace. */
final class BadInputTest {
  private static final Path MODEL = CommandRun.golden("gguf/gpt2-f32/model.gguf");

  @TempDir private Path folder;

  private static CommandRun generate(Path model, String... more) {
    return CommandRun.of(
        Stream.concat(Stream.of("generate", "hi", "-m", model.toString()), Stream.of(more))
            .toArray(String[]::new));
  }

  private Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @Test
  void truncatedFilesAtEveryCut() throws IOException {
    byte[] whole = Files.readAllBytes(MODEL);
    for (int length : new int[] {4, 23, 24, 500, 5000, whole.length / 2, whole.length - 1}) {
      Path cut = file("cut-" + length + ".gguf", Arrays.copyOf(whole, length));
      generate(cut).refused(cut.toString());
      CommandRun.of("inspect", "-m", cut.toString()).refused(cut.toString());
    }
  }

  @Test
  void emptyAndForeignFiles() throws IOException {
    generate(file("empty.gguf", new byte[0])).refused("empty.gguf", "empty file");
    generate(file("page.gguf", "<html>not found</html>".getBytes(StandardCharsets.UTF_8)))
        .refused("page.gguf", "expected a model");
  }

  @Test
  void textsThatCannotBeSummarized() throws IOException {
    String model = MODEL.toString();
    CommandRun.of("summarize", folder.resolve("absent.txt").toString(), "-m", model)
        .refused("absent.txt", "no such file");
    CommandRun.of("summarize", file("blank.txt", new byte[] {' ', 10}).toString(), "-m", model)
        .refused("the text is empty");
    CommandRun.of("summarize", file("latin.txt", new byte[] {'a', (byte) 0xe9}).toString())
        .refused("latin.txt", "not UTF-8");
    Path text = file("text.txt", "A ship waits.".getBytes(StandardCharsets.UTF_8));
    CommandRun.of("summarize", text.toString(), "-m", model)
        .refused("gpt2", "no encoder-decoder", "LanguageModel");
    CommandRun.of("summarize", text.toString(), "-m", CommandRun.golden("t5").toString())
        .refused("tokenizer");
  }

  @Test
  void damagedNumbersInTheHeader() throws IOException {
    byte[] bytes = Files.readAllBytes(MODEL);
    for (int at = 4; at < 24; at += 3) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x7f;
      generate(file("damaged-" + at + ".gguf", damaged)).refused("damaged-" + at);
    }
  }

  @Test
  void foldersWithoutAModel() throws IOException {
    generate(folder).refused(folder.toString(), "empty folder");
    file("notes.txt", new byte[] {'x'});
    generate(folder).refused(folder.toString(), "config.json");
  }

  @Test
  void unknownArchitecture() {
    generate(CommandRun.golden("mamba")).refused("architecture \"mamba\"", "supported are");
    CommandRun t5 = generate(CommandRun.golden("gguf/t5-f32/model.gguf"));
    t5.refused("architecture \"t5\"", "supported are");
  }

  @Test
  void modelOfTheWrongKind() {
    generate(CommandRun.golden("gguf/bert-f32/model.gguf"))
        .refused("bert", "does not continue text");
    CommandRun.of("embed", "hi", "-m", MODEL.toString()).refused("gpt2", "no encoder");
    CommandRun.of("chat", "-m", MODEL.toString()).refused("no chat template");
    generate(MODEL, "--system", "be brief").refused("--system");
  }

  @Test
  void noSuchModel() {
    generate(folder.resolve("absent.gguf")).refused("absent.gguf", "no such file");
    CommandRun.of("generate", "hi", "-m", "hf:nobody/nothing", "--offline")
        .refused("hf:nobody/nothing", "offline");
  }

  @Test
  void promptLongerThanTheContext() {
    CommandRun.of("generate", "ab ".repeat(500), "-m", MODEL.toString())
        .refused("the prompt has", "context holds", "shorten it");
  }

  @Test
  void tooLittleMemory() throws IOException {
    // One megabyte holds the tiny weights and not the cache; a part of a model does not fit at all.
    generate(MODEL, "--memory", "1", "-c", "48").refused("needs", "free", "--memory");
    generate(MODEL, "--memory", "-1").refused("--memory is -1");
  }

  @Test
  void standardInputThatIsNotUtf8() {
    byte[] bytes = {'h', 'i', (byte) 0xff, '\n'};
    String model = MODEL.toString();
    CommandRun.withInput(bytes, "generate", "-", "-m", model).refused("not UTF-8");
    CommandRun.withInput(bytes, "embed", "-m", model).refused("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "generate",
        "generate hi --no-such-option",
        "generate hi --temperature -1",
        "generate hi --temperature warm",
        "generate hi --top-p 3",
        "generate hi --top-k -1",
        "generate hi --threads 99999",
        "generate hi --isa sse",
        "generate hi --arithmetic f8",
        "generate hi --max-tokens -1",
        "generate hi --beams 0",
        "generate hi --logit-bias x=1",
        "generate hi --log-probs 3",
        "generate hi --context -5",
        "generate hi -o md",
        "bench -p 0 -n -1",
        "bench -r 0",
        "embed hi --long-input shorten",
        "inspect --no-such-option",
      })
  void wrongOptions(String line) {
    // With a model at hand: nothing may be fetched to find out that an option is wrong.
    String[] args = (line + " -m " + MODEL).split(" ", -1);
    CommandRun.of(args).refused();
  }

  @Test
  void unknownCommandIsAnsweredWithSuggestions() {
    CommandRun run = CommandRun.of("genrate");
    assertEquals(2, run.code());
    assertTrue(run.err().contains("genrate"), run.err());
    assertTrue(run.err().contains("did you mean generate"), run.err());
  }
}
