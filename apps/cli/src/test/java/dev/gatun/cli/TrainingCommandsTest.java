// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Training from the command line, a handful of steps each. */
final class TrainingCommandsTest {
  private static final String QUANTISED =
      CommandRun.golden("gguf/llama-q4_0/model.gguf").toString();
  private static final String TEXT = "the sea and the ship and the whale\n";

  @TempDir private Path folder;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = Files.writeString(folder.resolve("text.txt"), TEXT.repeat(12));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandRun run(String command, String... more) {
    return CommandRun.of(
        Stream.concat(Stream.of(command.split(" ", -1)), Stream.of(more)).toArray(String[]::new));
  }

  private String config(String json) throws IOException {
    Path made = Files.createDirectories(folder.resolve("config"));
    Files.writeString(made.resolve("config.json"), json);
    Path tokenizer = CommandRun.golden("tokenizers/byte-bpe-gpt2");
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      if (Files.exists(tokenizer.resolve(name))) {
        Files.copy(tokenizer.resolve(name), made.resolve(name));
      }
    }
    return made.toString();
  }

  private String decoder() throws IOException {
    return config(
        """
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 517,
         "n_positions": 32, "n_embd": 16, "n_layer": 1, "n_head": 2}
        """);
  }

  @Test
  void anAdapterOverAQuantisedBaseChangesAnswers() {
    String out = path("adapter");
    JsonNode report =
        run(
                "finetune lm --lora --lr 0.1 --steps 6 --batch 4 --max-length 16 -o json",
                "-m",
                QUANTISED,
                "--train",
                text.toString(),
                "--eval",
                text.toString(),
                "--out",
                out)
            .json();
    assertEquals(6, report.get("steps").intValue());
    double before = report.get("before").get("loss").doubleValue();
    assertTrue(report.get("after").get("loss").doubleValue() < before, report.toString());
    assertTrue(Files.exists(Path.of(out, "adapter_model.safetensors")));
    assertTrue(Files.exists(Path.of(out, "metrics.jsonl")));
    assertTrue(Files.exists(Path.of(out, "loss.svg")));
    String plain = run("generate -n 8", "the sea", "-m", QUANTISED).succeeded().out();
    String adapted =
        run("generate -n 8", "the sea", "-m", QUANTISED, "--adapter", out).succeeded().out();
    assertNotEquals(plain, adapted);
    run("generate -n 8", "the sea", "-m", QUANTISED, "--adapter", path("nothing"))
        .refused("adapter_config.json");
    run(
            "generate hi",
            "-m",
            CommandRun.golden("gguf/gpt2-f32/model.gguf").toString(),
            "--adapter",
            out)
        .refused("no module of the gpt2 model");
  }

  @Test
  void aRunThatIsResumedEndsWithTheSameBytes() throws IOException {
    String config = decoder();
    String[] common = {
      "--train",
      text.toString(),
      "--config",
      config,
      "--batch",
      "2",
      "--max-length",
      "16",
      "--checkpoint-every",
      "2",
      "--schedule",
      "constant",
      "-t",
      "1"
    };
    String whole = path("whole");
    JsonNode report =
        run(
                "train lm --steps 4 -o json --out",
                Stream.concat(Stream.of(whole), Stream.of(common)).toArray(String[]::new))
            .json();
    assertEquals(whole, report.get("model").stringValue());
    String again = path("again");
    Files.createDirectories(folder.resolve("again/checkpoints"));
    List<Path> checkpoints;
    try (Stream<Path> saved = Files.list(folder.resolve("whole/checkpoints"))) {
      checkpoints = saved.filter(Files::isDirectory).sorted().toList();
    }
    assertEquals(2, checkpoints.size(), checkpoints.toString());
    // As if the run had been killed after its second step.
    Path first = checkpoints.getFirst();
    copy(first, folder.resolve("again/checkpoints").resolve(first.getFileName()));
    CommandRun resumed =
        run(
            "train lm --steps 4 --resume --out",
            Stream.concat(Stream.of(again), Stream.of(common)).toArray(String[]::new));
    assertEquals(0, resumed.code(), resumed.err());
    assertArrayEquals(
        Files.readAllBytes(Path.of(whole, "model.safetensors")),
        Files.readAllBytes(Path.of(again, "model.safetensors")));
    CommandRun other =
        run(
            "train lm --steps 4 --seed 9 --resume --out",
            Stream.concat(Stream.of(again), Stream.of(common)).toArray(String[]::new));
    assertEquals(2, other.code());
    assertTrue(other.err().contains("seed"), other.err());
    assertFalse(other.err().contains("\tat "), other.err());
    JsonNode answer = run("generate hello -n 3 -o json", "-m", whole).json();
    assertEquals(3, answer.get("token_ids").size());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void aDryRunPlansAndWritesNothing() throws IOException {
    JsonNode plan =
        run(
                "train lm --dry-run --epochs 1 -o json",
                "--train",
                text.toString(),
                "--config",
                decoder(),
                "--max-length",
                "16",
                "--out",
                path("never"))
            .json();
    assertTrue(plan.get("steps").intValue() > 0, plan.toString());
    assertTrue(plan.get("memory").get("gradients").longValue() > 0, plan.toString());
    assertFalse(Files.exists(folder.resolve("never")));
  }

  @Test
  void wrongInput() throws IOException {
    String config = decoder();
    Path bad = folder.resolve("bad.jsonl");
    Files.writeString(bad, "{\"text\": \"a\"}\n{\"text\": 3}\nnot json\n");
    run("train lm", "--train", bad.toString(), "--config", config, "--out", path("o"))
        .refused("bad.jsonl", "3");
    run("train lm", "--train", path("absent.txt"), "--config", config, "--out", path("o"))
        .refused("absent.txt", "no such file");
    run("train lm", "--train", text.toString(), "--config", path("nowhere"), "--out", path("o"))
        .refused("nowhere", "config.json");
    run(
            "train lm --schedule steep",
            "--train",
            text.toString(),
            "--config",
            config,
            "--out",
            path("o"))
        .refused("--schedule is steep");
    run("finetune lm", "-m", QUANTISED, "--train", text.toString(), "--out", path("o"))
        .refused("GGUF", "--lora");
    run(
            "finetune lm --lora --lora-targets nothing",
            "-m",
            QUANTISED,
            "--train",
            text.toString(),
            "--out",
            path("o"))
        .refused("no module", "nothing");
    run("finetune lm --lora", "--train", text.toString()).refused("--out");
    Path labels = folder.resolve("one.jsonl");
    Files.writeString(labels, "{\"text\": \"a\", \"label\": \"x\"}\n");
    run("finetune classify", "-m", QUANTISED, "--train", labels.toString(), "--out", path("o"))
        .refused("two classes");
    Files.writeString(
        labels,
        "{\"text\": \"a\", \"label\": \"x\"}\n{\"text\": \"b\", \"label\": \"y\"}\n",
        StandardCharsets.UTF_8);
    run("finetune classify", "-m", QUANTISED, "--train", labels.toString(), "--out", path("o"))
        .refused("cannot get a head");
  }
}
