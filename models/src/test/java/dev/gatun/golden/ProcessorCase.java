// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.LogitsProcessor;
import dev.gatun.generate.LogitsProcessors;
import dev.gatun.generate.TokenHistory;
import dev.gatun.tensor.Device;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Scores before and after the reference's processors, with a long and a short history. */
record ProcessorCase(String name, Path folder) implements GoldenCase {
  @Override
  public void run(Report report, Device device) {
    JsonNode expected = Jsons.read(folder.resolve("expected.json"));
    Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
    report.declare("processors", "probabilities");
    try (StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"))) {
      for (JsonNode entry : expected.get("processors")) {
        String label = entry.get("name").stringValue();
        float[] got = check(entry, entry, "", io, tolerance, report);
        if (io.has("probabilities." + label)) {
          probabilities(got, label, io, tolerance, report);
        }
        if (entry.has("short")) {
          check(entry, entry.get("short"), "short/", io, tolerance, report);
        }
      }
    }
  }

  private static float[] check(
      JsonNode entry,
      JsonNode run,
      String prefix,
      StoredTensors io,
      Tolerance tolerance,
      Report report) {
    GenerationConfig config =
        GenerationParameters.of(run.get("parameters"), new GenerationConfig.Builder().build());
    List<LogitsProcessor> chain = LogitsProcessors.of(config);
    boolean counted = !entry.path("kind").asString("").equals("openai");
    report.check(
        "processors",
        !counted || chain.size() == entry.get("order").size(),
        entry.get("name") + " runs " + chain.size() + " processors");
    float[] scores = io.floats(prefix + "logits");
    float[] expected = io.floats(run.get("output").stringValue());
    int vocabulary = io.shape(prefix + "logits")[1];
    for (int row = 0; row < scores.length / vocabulary; row++) {
      float[] got = Arrays.copyOfRange(scores, row * vocabulary, (row + 1) * vocabulary);
      TokenHistory history = history(entry, run, prefix, row, io);
      for (LogitsProcessor processor : chain) {
        processor.process(history, got);
      }
      System.arraycopy(got, 0, scores, row * vocabulary, vocabulary);
      float[] want = Arrays.copyOfRange(expected, row * vocabulary, (row + 1) * vocabulary);
      if (prefix.isEmpty() && isAmbiguous(entry, row)) {
        // Which of the equal scores survive depends on the sort; their number is binding.
        Arrays.sort(got);
        Arrays.sort(want);
      }
      compare("processors", entry.get("name") + " " + prefix + row, got, want, tolerance, report);
    }
    return scores;
  }

  private static boolean isAmbiguous(JsonNode entry, int row) {
    return entry.path("ambiguous_rows").valueStream().anyMatch(node -> node.intValue() == row);
  }

  private static TokenHistory history(
      JsonNode entry, JsonNode run, String prefix, int row, StoredTensors io) {
    int[] tokens = row(io, prefix + "input_ids", row);
    int length = entry.path("input_length").asInt(tokens.length);
    int prompt = run.get("prompt_length").intValue();
    TokenHistory history =
        new TokenHistory(Arrays.copyOf(tokens, prompt), row(io, "encoder_input_ids", row));
    for (int i = prompt; i < length; i++) {
      history.add(tokens[i]);
    }
    return history;
  }

  private static int[] row(StoredTensors io, String name, int row) {
    int length = io.shape(name)[1];
    return Arrays.copyOfRange(io.ints(name), row * length, (row + 1) * length);
  }

  private static void probabilities(
      float[] scores, String label, StoredTensors io, Tolerance tolerance, Report report) {
    float[] expected = io.floats("probabilities." + label);
    int vocabulary = io.shape("probabilities." + label)[1];
    Values values = new Values(scores, scores.length / vocabulary, vocabulary);
    float[] got = new float[scores.length];
    for (int i = 0; i < got.length; i++) {
      got[i] = (float) Math.exp(scores[i] - values.logSumExp(i / vocabulary));
    }
    compare("probabilities", label, got, expected, tolerance, report);
  }

  private static void compare(
      String part, String what, float[] got, float[] want, Tolerance tolerance, Report report) {
    for (int i = 0; i < want.length; i++) {
      if (tolerance.allows(got[i], want[i])) {
        report.pass(part, Tolerance.error(got[i], want[i]));
      } else {
        report.fail(part, what + "[" + i + "] is " + got[i] + ", expected " + want[i]);
      }
    }
  }
}
