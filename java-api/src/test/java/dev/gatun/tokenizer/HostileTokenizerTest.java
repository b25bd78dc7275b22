// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Damaged and malicious tokenizer files end in one sentence, never in a dead process. */
class HostileTokenizerTest {
  @TempDir Path folder;

  private static String fixture(String name) throws IOException {
    return Files.readString(
        Fixtures.root().resolve("tokenizers").resolve(name).resolve("tokenizer.json"));
  }

  private static String refused(String json) {
    RuntimeException e =
        assertThrows(
            RuntimeException.class,
            () -> Tokenizers.fromJson(json.getBytes(StandardCharsets.UTF_8), "bad.json").close());
    assertTrue(
        e instanceof ModelFormatException || e instanceof UnsupportedModelException, e.toString());
    assertTrue(e.getMessage().startsWith("bad.json: "), e.getMessage());
    return e.getMessage();
  }

  private static String replaced(String json, String what, String with) {
    assertTrue(json.contains(what), what);
    return json.replace(what, with);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "missing special token | wordpiece-uncased | \"ids\": [2] | \"ids\": [77]",
        "empty special tokens  | wordpiece-uncased | \"special_tokens\": { | \"special\": {",
        "decoder that counts back too far | sp-bpe-llama2 | \"stop\": 0 | \"stop\": 9",
        "unknown model | wordpiece-uncased | \"type\": \"WordPiece\",\"unk | \"type\":"
            + " \"WordLevel\",\"unk",
        "missing unknown token | wordpiece-uncased | \"unk_token\": \"[UNK]\" | \"unk_token\":"
            + " \"nope\"",
        "word length without end | wordpiece-uncased | \"max_input_chars_per_word\": 100 |"
            + " \"max_input_chars_per_word\": 999999999",
        "exponential expression | byte-bpe-llama3 | \"Regex\": \" | \"Regex\": \"(a+)+b|",
        "replacement of nothing | sp-bpe-gemma | \"String\": \" \" | \"String\": \"\"",
        "unknown part | sp-bpe-gemma | \"type\": \"Split\" | \"type\": \"FixedLength\"",
        "unigram without unknown | unigram-t5 | \"unk_id\": 2 | \"unk_id\": 999999",
      })
  void refuses(String what, String name, String old, String with) throws IOException {
    String json = fixture(name).replaceAll("\\s*\\n\\s*", "");
    refused(replaced(json, old.strip(), with.strip()));
  }

  @Test
  void refusesMergesThatLeadNowhere() throws IOException {
    String json = fixture("byte-bpe-gpt2").replaceAll("\\s*\\n\\s*", "");
    int merges = json.indexOf("\"merges\":");
    int first = json.indexOf("[\"", merges);
    refused(json.substring(0, first) + "[\"zz\",\"nonsense\"]," + json.substring(first));
    refused(json.substring(0, first) + "[\"t\",\"\u00ff\"]," + json.substring(first));
  }

  @Test
  void refusesCharsmapsThatPointOutside() throws IOException {
    String json = fixture("unigram-t5").replaceAll("\\s*\\n\\s*", "");
    int start = json.indexOf("\"precompiled_charsmap\"");
    start = json.indexOf('"', json.indexOf(':', start)) + 1;
    int end = json.indexOf('"', start);
    for (String map :
        List.of("", "AAAA", "////fwAAAAA=", "AAAAgP////8=", "BAAAAP///38AAAAA", "!!")) {
      refused(json.substring(0, start) + map + json.substring(end));
    }
    String damaged = json.substring(start, end);
    refused(json.substring(0, start) + damaged.substring(0, 4000) + json.substring(end));
  }

  @Test
  void refusesBrokenJson() {
    refused("");
    refused("[]");
    refused("{\"model\":");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"a\":1},\"merges\":[]}}");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}}");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1},\"merges\":[]}}");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":16777216},\"merges\":[]}}");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"\\ud800\":0},\"merges\":[]}}");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}");
    refused("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}} x");
    refused("{\"x\":" + "[".repeat(70) + "]".repeat(70) + "}");
    refused("{\"normalizer\":null,\"normalizer\":null}");
  }

  @Test
  void refusesTextThatGrowsWithoutEnd() throws IOException {
    String part =
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\""
            + "a".repeat(50)
            + "\"}";
    String json = fixture("metaspace-first-split").replaceAll("\\s*\\n\\s*", "");
    String message =
        refused(
            replaced(
                json,
                "\"normalizer\": null",
                "\"normalizer\": {\"type\":\"Sequence\",\"normalizers\":["
                    + part
                    + ","
                    + part
                    + "]}"));
    assertTrue(message.contains("blow"), message);
  }

  @Test
  void refusesDamagedSentencePieceModels() throws IOException {
    Path file =
        Fixtures.root().resolve("tokenizers").resolve("sp-bpe-llama2").resolve("tokenizer.model");
    byte[] good = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 7, good.length / 2, good.length - 1}) {
      byte[] cut = java.util.Arrays.copyOf(good, length);
      assertThrows(
          ModelFormatException.class,
          () -> Tokenizers.fromSentencePiece(cut, "cut.model", true, false).close());
    }
    byte[] endless = {10, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    assertThrows(
        ModelFormatException.class,
        () -> Tokenizers.fromSentencePiece(endless, "endless.model", true, false).close());
  }

  @Test
  void survivesMutatedFilesInAnotherProcess() throws Exception {
    Path output = folder.resolve("output.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dgatun.golden=" + Fixtures.root().toAbsolutePath(),
                "-cp",
                classPath(),
                MutationProbe.class.getName(),
                "20261125",
                "20")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(child.waitFor(5, TimeUnit.MINUTES), "the child does not end");
    List<String> lines = Files.readAllLines(output);
    String end = String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    assertEquals(0, child.exitValue(), end);
    assertTrue(end.contains("loaded "), end);
  }

  /** Class path and module path of this process, and the folder of the tests themselves. */
  private static String classPath() throws URISyntaxException {
    Path probe = Path.of(MutationProbe.class.getResource("MutationProbe.class").toURI());
    Path tests = probe;
    for (String _ : MutationProbe.class.getName().split("\\.")) {
      tests = tests.getParent();
    }
    return String.join(
        File.pathSeparator,
        Stream.of(
                tests.toString(),
                System.getProperty("java.class.path", ""),
                System.getProperty("jdk.module.path", ""))
            .filter(path -> !path.isEmpty())
            .toList());
  }
}
