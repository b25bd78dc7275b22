// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.io.Catalogue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Help, inspect, embed, models and bench. */
final class CommandsTest {
  private static final String DECODER = CommandRun.golden("gguf/llama-q8_0/model.gguf").toString();
  private static final String ENCODER = CommandRun.golden("gguf/bert-f32/model.gguf").toString();

  @Test
  void helpNamesEveryCommandAndExitCode() {
    String help = CommandRun.of("--help").succeeded().out();
    for (String word :
        List.of(
            "generate",
            "chat",
            "embed",
            "summarize",
            "inspect",
            "models",
            "bench",
            "130",
            "GATUN_HOME")) {
      assertTrue(help.contains(word), word);
    }
    assertEquals(help, CommandRun.of().succeeded().out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"generate", "chat", "embed", "summarize", "inspect", "models", "devices", "bench"})
  void everyCommandHasHelpThatFitsATerminal(String command) {
    String help = CommandRun.of(command, "--help").succeeded().out();
    assertTrue(help.startsWith("Usage: gatun " + command), help);
    help.lines().forEach(line -> assertTrue(line.length() <= 100, line));
  }

  @Test
  void inspectShowsWhatTheHeaderSays() {
    String text = CommandRun.of("inspect", "-m", DECODER).succeeded().out();
    for (String word : List.of("llama", "Q8_0", "tokenizer", "GGUF", "74688")) {
      assertTrue(text.contains(word), text);
    }
    JsonNode json = CommandRun.of("inspect", "-m", DECODER, "-o", "json", "--tensors").json();
    assertEquals("llama", json.get("architecture").asString());
    assertTrue(json.get("supported").asBoolean());
    assertEquals(json.get("tensors").asInt(), json.get("tensor_list").size());
    assertEquals(2, json.get("block_count").asInt());
  }

  @Test
  void inspectReadsFolders() {
    JsonNode json =
        CommandRun.of("inspect", "-o", "json", "-m", CommandRun.golden("gpt2").toString()).json();
    assertEquals("SAFETENSORS", json.get("format").asString());
    assertEquals("gpt2", json.get("architecture").asString());
  }

  @Test
  void embedGivesUnitVectorsAndCosines() {
    JsonNode json =
        CommandRun.of("embed", "ab", "cd", "-m", ENCODER, "-o", "json", "--arithmetic", "f32")
            .succeeded()
            .json();
    assertEquals(2, json.get("vectors").size());
    for (JsonNode vector : json.get("vectors")) {
      assertEquals(json.get("dimension").asInt(), vector.size());
      double square = 0;
      for (JsonNode value : vector) {
        square += value.asDouble() * value.asDouble();
      }
      assertEquals(1, square, 1e-4);
    }
    assertTrue(json.get("timings").get("embed_ms").asDouble() > 0);
    String text = CommandRun.of("embed", "ab", "ab", "-m", ENCODER).succeeded().out();
    assertTrue(text.contains("cosine 1.0000"), text);
  }

  @Test
  void modelsListsTheCatalogue() {
    String text = CommandRun.of("models").succeeded().out();
    JsonNode json = CommandRun.of("models", "-o", "json").json();
    List<Catalogue.Entry> entries = Catalogue.load().entries();
    assertEquals(entries.size(), json.get("models").size());
    for (Catalogue.Entry entry : entries) {
      assertTrue(text.contains(entry.name()), text);
      assertTrue(text.contains(entry.licence()), text);
    }
  }

  @Test
  void benchUsesTheFieldNamesOfLlamaBench() {
    JsonNode json =
        CommandRun.of(
                "bench", "-m", DECODER, "-p", "8", "-n", "4", "-d", "3", "-r", "2", "-t", "1", "-o",
                "json")
            .succeeded()
            .json();
    assertEquals(2, json.size());
    for (JsonNode row : json) {
      for (String name :
          List.of(
              "model_filename",
              "model_type",
              "model_size",
              "model_n_params",
              "n_threads",
              "n_prompt",
              "n_gen",
              "n_depth",
              "avg_ns",
              "stddev_ns",
              "avg_ts",
              "stddev_ts")) {
        assertTrue(row.has(name), name);
      }
      assertEquals(2, row.get("samples_ns").size());
      assertEquals(3, row.get("n_depth").asInt());
      assertEquals(1, row.get("n_threads").asInt());
    }
    assertEquals(8, json.get(0).get("n_prompt").asInt());
    assertEquals(4, json.get(1).get("n_gen").asInt());
    String table =
        CommandRun.of("bench", "-m", DECODER, "-p", "8", "-n", "4", "-r", "2").succeeded().out();
    assertTrue(table.contains("| pp8 |") && table.contains("| tg4 |"), table);
    assertFalse(table.contains("NaN"), table);
  }
}
