// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.generate.Beam;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.TextToText;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.SourceStates;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A published encoder-decoder: ids, encoder states, first scores, greedy and beam targets. */
record RealSeq2SeqCase(String name, JsonNode expected) implements GoldenCase {
  private static final int BEAMS = 4;
  private static final int MOST_TOKENS = 32;
  private static final double LEAST_MARGIN = 0.01;

  @Override
  public long weightBytes() {
    return expected.get("model").get("bytes").valueStream().mapToLong(JsonNode::longValue).sum();
  }

  @Override
  public void run(Report report, Device device) {
    JsonNode model = expected.get("model");
    report.declare("ids", "encoder", "logits", "greedy", "beam");
    Optional<Path> weights =
        LocalWeights.find(
            model.get("bytes").get(0).longValue(), model.get("sha256").get(0).stringValue());
    if (weights.isEmpty()) {
      report.skip("weights of package " + model.get("package").stringValue() + " are not here");
      return;
    }
    LoadOptions options = LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
    Path folder = weights.get().getParent();
    try (TextToText texts = TextToText.load(folder, options, GeneratorOptions.defaults())) {
      for (JsonNode item : expected.get("items")) {
        int[] ids = Jsons.ints(item.get("input_ids"));
        int[] got = texts.encode(item.get("text").stringValue());
        report.check("ids", Arrays.equals(got, ids), "ids of " + item.get("text"));
        forward(texts.model(), item, ids, report);
        greedy(texts.model(), item, ids, report);
        beams(texts, item, ids, report);
      }
    }
  }

  private double tolerance(String key) {
    return expected.get("tolerance").get(key).doubleValue();
  }

  private void forward(Seq2SeqModel model, JsonNode item, int[] ids, Report report) {
    try (Context context = model.newContext()) {
      SequenceBatch source = SequenceBatch.of(context, ids);
      Tensor states = model.encode(context, source);
      Values rows = Values.of(states);
      JsonNode first = item.get("encoder_last_hidden_first8");
      for (int c = 0; c < first.size(); c++) {
        near(report, "encoder", rows.at(0, c), first.get(c).doubleValue(), "encoder_atol");
      }
      SequenceBatch start = SequenceBatch.of(context, new int[] {model.startToken()});
      Tensor hidden =
          model.hidden(context, start.withSource(SourceStates.of(states, source, start)));
      Values scores = Values.of(model.logits(context, hidden, null));
      for (JsonNode best : item.get("first_step_top10")) {
        double score = scores.at(0, best.get(0).intValue());
        near(report, "logits", score, best.get(1).doubleValue(), "logits_atol");
      }
    }
  }

  private void near(Report report, String part, double got, double want, String tolerance) {
    double error = Tolerance.error(got, want);
    if (error <= tolerance(tolerance)) {
      report.pass(part, error);
    } else {
      report.fail(part, got + ", expected " + want);
    }
  }

  /** Feeds the expected target: the best token must agree wherever the margin is wide enough. */
  private static void greedy(Seq2SeqModel model, JsonNode item, int[] ids, Report report) {
    int[] target = Jsons.ints(item.get("greedy_ids"));
    try (Context context = model.newContext()) {
      SequenceBatch inputs = SequenceBatch.of(context, Arrays.copyOf(target, target.length - 1));
      SequenceBatch source = SequenceBatch.of(context, ids);
      Tensor hidden = model.hidden(context, SourceStates.encode(context, model, source, inputs));
      Values scores = Values.of(model.logits(context, hidden, null));
      for (int t = 0; t + 1 < target.length; t++) {
        if (item.get("greedy_margins").get(t).doubleValue() > LEAST_MARGIN) {
          report.check(
              "greedy",
              scores.argMax(t) == target[t + 1],
              "token " + t + " is " + scores.argMax(t) + ", expected " + target[t + 1]);
        }
      }
    }
  }

  private void beams(TextToText texts, JsonNode item, int[] ids, Report report) {
    GenerationConfig config =
        texts.defaults().toBuilder().numBeams(BEAMS).maxNewTokens(MOST_TOKENS).build();
    Beam beam = texts.generator().beams(List.of(ids), config).getFirst().getFirst();
    int[] stored = Jsons.ints(item.get("beam4_ids"));
    int[] want = Arrays.copyOfRange(stored, 1, stored.length);
    report.check(
        "beam",
        Arrays.equals(beam.tokens(), want),
        Arrays.toString(beam.tokens()) + ", expected " + Arrays.toString(want));
    near(report, "beam", beam.score(), item.get("beam4_score").doubleValue(), "logits_atol");
    String text = texts.decode(beam.tokens());
    report.check("beam", text.equals(item.get("beam4_text").stringValue()), "\"" + text + "\"");
  }
}
