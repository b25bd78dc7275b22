// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

final class GenerateCommandTest {
  private static final String MODEL = CommandRun.golden("gguf/gpt2-f32/model.gguf").toString();

  private static CommandRun generate(String... more) {
    List<String> args = new ArrayList<>(List.of("generate", "-m", MODEL, "--arithmetic", "f32"));
    args.addAll(Arrays.asList(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  @Test
  void textGoesToStandardOutputAlone() {
    String text = generate("ab cd", "-n", "6").succeeded().out();
    assertTrue(text.endsWith(System.lineSeparator()), text);
    assertEquals(text, generate("ab cd", "-n", "6").out(), "greedy answers repeat");
  }

  @Test
  void jsonHoldsTextIdsLogProbabilitiesAndTimings() {
    JsonNode json = generate("ab cd", "-n", "6", "-o", "json").succeeded().json();
    assertEquals(
        generate("ab cd", "-n", "6").out().stripTrailing(), json.get("text").asString().strip());
    int count = json.get("timings").get("new_tokens").asInt();
    assertEquals(count, json.get("token_ids").size());
    assertEquals(count, json.get("log_probs").size());
    assertEquals(
        json.get("prompt_token_ids").size(), json.get("timings").get("prompt_tokens").asInt());
    for (JsonNode value : json.get("log_probs")) {
      assertTrue(value.asDouble() <= 0, () -> json.toString());
    }
    for (String name : List.of("load_ms", "first_token_ms", "total_ms")) {
      assertTrue(json.get("timings").get(name).asDouble() > 0, name);
    }
  }

  @Test
  void topLogProbsBeginWithTheTokenThatGreedyTakes() {
    JsonNode json = generate("ab", "-n", "3", "-o", "json", "--log-probs", "2").json();
    assertEquals(json.get("token_ids").size(), json.get("top_log_probs").size());
    for (int i = 0; i < json.get("token_ids").size(); i++) {
      JsonNode best = json.get("top_log_probs").get(i);
      assertEquals(2, best.size());
      assertEquals(
          json.get("log_probs").get(i).asDouble(), best.iterator().next().asDouble(), 1e-6);
    }
  }

  @Test
  void stopStringIsCutOffAndEndsTheAnswer() {
    JsonNode whole = generate("ab cd", "-n", "8", "-o", "json").json();
    String text = whole.get("text").asString();
    String stop = text.substring(text.length() - 1);
    JsonNode cut = generate("ab cd", "-n", "8", "-o", "json", "--stop", stop).json();
    assertEquals(text.substring(0, text.indexOf(stop)), cut.get("text").asString());
    assertEquals("stop", cut.get("finish_reason").asString());
  }

  @Test
  void stopTokenIsTheLastOne() {
    JsonNode whole = generate("ab cd", "-n", "8", "-o", "json").json();
    String token = whole.get("token_ids").get(0).asString();
    JsonNode cut = generate("ab cd", "-n", "8", "-o", "json", "--stop-token", token).json();
    assertEquals(1, cut.get("token_ids").size());
    assertEquals("stop", cut.get("finish_reason").asString());
  }

  @Test
  void logitBiasForbidsAToken() {
    JsonNode whole = generate("ab cd", "-n", "8", "-o", "json").json();
    String token = whole.get("token_ids").get(0).asString();
    JsonNode other =
        generate("ab cd", "-n", "8", "-o", "json", "--logit-bias", token + "=-1000").json();
    for (JsonNode id : other.get("token_ids")) {
      assertFalse(token.equals(id.asString()), () -> other.toString());
    }
  }

  @Test
  void noNgramRepeats() {
    JsonNode json =
        generate("ab", "-n", "12", "-o", "json", "--no-repeat-ngram", "1", "--stop-token", "0")
            .json();
    List<String> ids = new ArrayList<>();
    json.get("token_ids").forEach(id -> ids.add(id.asString()));
    assertEquals(ids.size(), ids.stream().distinct().count(), () -> ids.toString());
  }

  @Test
  void seedDecidesWhatIsSampled() {
    String[] sampled = {"ab", "-n", "12", "--temperature", "2", "--seed", "7"};
    assertEquals(generate(sampled).succeeded().out(), generate(sampled).out());
    List<String> others = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      others.add(generate("ab", "-n", "12", "--temperature", "2", "--seed", "" + seed).out());
    }
    assertTrue(others.stream().distinct().count() > 1, () -> others.toString());
  }

  @Test
  void narrowingTheChoiceMeansSampling() {
    assertEquals(
        generate("ab", "-n", "12", "--top-k", "5", "--temperature", "1").out(),
        generate("ab", "-n", "12", "--top-k", "5").out());
  }

  @Test
  void beamsGiveAScore() {
    JsonNode json = generate("ab", "-n", "4", "--beams", "3", "-o", "json").succeeded().json();
    assertTrue(json.get("score").asDouble() < 0, () -> json.toString());
    assertEquals(
        json.get("text").asString(),
        generate("ab", "-n", "4", "--beams", "3").out().stripTrailing());
  }

  @Test
  void promptComesFromStandardInput() {
    CommandRun run =
        CommandRun.withInput(
            "ab cd".getBytes(StandardCharsets.UTF_8),
            "generate",
            "-",
            "-m",
            MODEL,
            "--arithmetic",
            "f32",
            "-n",
            "6");
    assertEquals(generate("ab cd", "-n", "6").out(), run.succeeded().out());
  }

  @Test
  void statisticsGoToStandardError() {
    CommandRun run = generate("ab", "-n", "3", "--stats");
    assertEquals(0, run.code());
    assertTrue(run.err().startsWith("gatun: loaded in "), run.err());
  }

  @Test
  void contextLimitsPromptAndAnswer() {
    JsonNode json = generate("ab cd", "-n", "50", "-c", "8", "-o", "json").json();
    assertEquals(8, json.get("prompt_token_ids").size() + json.get("token_ids").size());
    assertEquals("length", json.get("finish_reason").asString());
    generate("ab cd ab cd", "-c", "2").refused("tokens", "--context");
    generate("ab", "-c", "100000").refused("--context is 100000");
  }

  @Test
  void interruptedBeforeItBeginsItEndsWith130() {
    Interrupt interrupt = new Interrupt();
    interrupt.raise();
    CommandRun run = CommandRun.of(interrupt, "generate", "ab", "-m", MODEL, "-n", "40");
    assertEquals(130, run.code(), run.err());
    assertFalse(run.err().contains("\tat "), run.err());
  }
}
