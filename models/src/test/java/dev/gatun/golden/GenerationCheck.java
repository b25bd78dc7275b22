// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.generate.Beam;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.Seq2SeqGenerator;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Seq2SeqModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Stored generations, token for token: all rows in one batch, and each alone in small chunks. */
final class GenerationCheck {
  private static final int CHUNK = 3;

  private final List<JsonNode> generation;
  private final GenerationConfig defaults;
  private final Tolerance tolerance;
  private final Report report;
  private boolean seq2seq;

  GenerationCheck(
      List<JsonNode> generation, GenerationConfig defaults, Tolerance tolerance, Report report) {
    this.defaults = defaults;
    this.generation = generation;
    this.tolerance = tolerance;
    this.report = report;
  }

  /** A generator of either kind, as far as the checks use it. */
  private interface Answers {
    List<int[]> all(List<int[]> prompts, GenerationConfig config);

    List<List<Beam>> beams(List<int[]> prompts, GenerationConfig config);
  }

  void run(CausalModel model) {
    try (Generator batched = new Generator(model);
        Generator chunked =
            new Generator(model, GeneratorOptions.defaults().withPrefillChunk(CHUNK))) {
      check(answers(batched), answers(chunked));
    }
  }

  /** The prompts are sources; sequences begin with the start token. */
  void run(Seq2SeqModel model) {
    seq2seq = true;
    try (Seq2SeqGenerator batched = new Seq2SeqGenerator(model);
        Seq2SeqGenerator chunked =
            new Seq2SeqGenerator(model, GeneratorOptions.defaults().withPrefillChunk(CHUNK))) {
      check(answers(batched), answers(chunked));
    }
  }

  private static Answers answers(Generator generator) {
    return new Answers() {
      @Override
      public List<int[]> all(List<int[]> prompts, GenerationConfig config) {
        return generator.generateAll(prompts, config);
      }

      @Override
      public List<List<Beam>> beams(List<int[]> prompts, GenerationConfig config) {
        return prompts.stream().map(prompt -> generator.beams(prompt, config)).toList();
      }
    };
  }

  private static Answers answers(Seq2SeqGenerator generator) {
    return new Answers() {
      @Override
      public List<int[]> all(List<int[]> prompts, GenerationConfig config) {
        return generator.generateAll(prompts, config);
      }

      @Override
      public List<List<Beam>> beams(List<int[]> prompts, GenerationConfig config) {
        return generator.beams(prompts, config);
      }
    };
  }

  private void check(Answers batched, Answers chunked) {
    int index = 0;
    for (JsonNode entry : generation) {
      String what = "generation " + ++index + " " + entry.get("parameters") + ": ";
      try {
        check(entry, batched, chunked, what);
      } catch (RuntimeException e) {
        report.fail("generation", what + e);
      }
    }
  }

  private void check(JsonNode entry, Answers batched, Answers chunked, String what) {
    GenerationConfig config = GenerationParameters.of(entry.get("parameters"), defaults);
    if (config.doSample()) {
      throw new IllegalArgumentException("do_sample is true: draws cannot be compared");
    }
    List<int[]> prompts = new ArrayList<>();
    for (int r = 0; r < entry.get("prompt_ids").size(); r++) {
      prompts.add(
          Jsons.unpadded(entry.get("prompt_ids").get(r), entry.get("attention_mask").get(r)));
    }
    if (config.numBeams() > 1) {
      List<List<Beam>> together = batched.beams(prompts, config);
      for (int r = 0; r < prompts.size(); r++) {
        beams(entry, r, together.get(r), config, what);
        List<Beam> alone = chunked.beams(List.of(prompts.get(r)), config).getFirst();
        beams(entry, r, alone, config, what + "in chunks, ");
      }
    } else {
      List<int[]> together = batched.all(prompts, config);
      for (int r = 0; r < prompts.size(); r++) {
        tokens(entry, r, r, together.get(r), config, what);
        int[] alone = chunked.all(List.of(prompts.get(r)), config).getFirst();
        tokens(entry, r, r, alone, config, what + "alone in chunks, ");
      }
    }
  }

  private void beams(
      JsonNode entry, int prompt, List<Beam> beams, GenerationConfig config, String what) {
    int count = config.numReturnSequences();
    report.check(
        "generation", beams.size() == count, what + beams.size() + " beams, expected " + count);
    for (int i = 0; i < Math.min(count, beams.size()); i++) {
      int row = prompt * count + i;
      tokens(entry, prompt, row, beams.get(i).tokens(), config, what);
      if (entry.has("scores")) {
        double expected = entry.get("scores").get(row).doubleValue();
        report.check(
            "generation",
            tolerance.allows(beams.get(i).score(), expected),
            what + "score " + row + " is " + beams.get(i).score() + ", expected " + expected);
      }
    }
  }

  /** New tokens up to and including the first end token. */
  private void tokens(
      JsonNode entry, int prompt, int row, int[] got, GenerationConfig config, String what) {
    int[] stored = Jsons.ints(entry.get("sequences").get(row));
    int start = seq2seq ? 1 : entry.get("prompt_ids").get(prompt).size();
    int end = start;
    while (end < stored.length && (end == start || !config.eosTokens().contains(stored[end - 1]))) {
      end++;
    }
    int[] expected = Arrays.copyOfRange(stored, start, end);
    report.check(
        "generation",
        Arrays.equals(got, expected),
        what
            + "row "
            + row
            + " is "
            + Arrays.toString(got)
            + ", expected "
            + Arrays.toString(expected));
  }
}
