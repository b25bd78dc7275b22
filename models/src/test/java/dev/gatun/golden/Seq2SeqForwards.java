// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.SourceStates;
import dev.gatun.ops.Losses;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** The stored passes of an encoder-decoder: all rows in one batch, and each alone. */
final class Seq2SeqForwards {
  private static final String SMOOTHED = "label_smoothing_0.1";
  private static final double SMOOTHING = 0.1;
  private static final Tolerance LOSS = new Tolerance(0, 1e-4);

  private final Seq2SeqModel model;
  private final StoredTensors io;
  private final JsonNode expected;
  private final Report report;

  Seq2SeqForwards(Seq2SeqModel model, StoredTensors io, JsonNode expected, Report report) {
    this.model = model;
    this.io = io;
    this.expected = expected;
    this.report = report;
  }

  void run(List<Pass> passes) {
    Set<String> open = new HashSet<>();
    expected.path("losses").properties().forEach(loss -> open.add(loss.getKey()));
    for (Pass pass : passes) {
      PassRows sources = PassRows.of(pass, io);
      PassRows targets = targets(pass, io, model);
      ForwardCheck check =
          new ForwardCheck(pass, io, Tolerance.of(expected.get("tolerance")), report);
      Map<String, Values> outputs = forward(sources, targets);
      check.compare(outputs, output -> rows(output, sources, targets), 0, "");
      for (int r = 0; sources.count() > 1 && r < sources.count(); r++) {
        PassRows source = sources.only(r);
        PassRows target = targets.only(r);
        check.compare(
            forward(source, target),
            output -> rows(output, source, target),
            r,
            "row " + r + " alone, ");
      }
      if (pass.inputs().contains("labels")) {
        int[][] labels = labels(pass, targets);
        double[] losses = losses(outputs.get("logits"), labels);
        loss(pass.loss(), losses[0], open);
        loss(SMOOTHED, (1 - SMOOTHING) * losses[0] + SMOOTHING * losses[1], open);
      }
    }
    open.forEach(loss -> report.fail("loss", loss + " was not computed"));
  }

  private static PassRows rows(String output, PassRows sources, PassRows targets) {
    return output.startsWith("encoder") ? sources : targets;
  }

  private void loss(String name, double value, Set<String> open) {
    if (open.remove(name)) {
      double want = expected.get("losses").get(name).doubleValue();
      report.check("loss", LOSS.allows(value, want), name + " is " + value + ", expected " + want);
    }
  }

  /** What the decoder reads: given, or made of the labels; padding left out. */
  static PassRows targets(Pass pass, StoredTensors io, Seq2SeqModel model) {
    if (pass.inputs().contains("decoder_input_ids")) {
      return PassRows.of(pass, io, "decoder_input_ids", "decoder_attention_mask");
    }
    String name = pass.tensor("labels", io);
    int length = io.shape(name)[1];
    int[] labels = io.ints(name);
    int[][] kept = new int[labels.length / length][];
    int[][] ids = new int[kept.length][];
    for (int r = 0; r < kept.length; r++) {
      int[] row = Arrays.copyOfRange(labels, r * length, (r + 1) * length);
      int[] inputs = model.targetInputs(row);
      kept[r] = IntStream.range(0, length).filter(t -> row[t] != Losses.IGNORED).toArray();
      ids[r] = Arrays.stream(kept[r]).map(t -> inputs[t]).toArray();
    }
    return new PassRows(length, kept, ids, null, null);
  }

  private int[][] labels(Pass pass, PassRows targets) {
    int[] all = io.ints(pass.tensor("labels", io));
    int[][] labels = new int[targets.count()][];
    for (int r = 0; r < labels.length; r++) {
      int row = r * targets.length();
      labels[r] = Arrays.stream(targets.kept()[r]).map(t -> all[row + t]).toArray();
    }
    return labels;
  }

  /** The means over all labels of -log p of the label, and of the vocabulary's mean of -log p. */
  private static double[] losses(Values logits, int[][] labels) {
    double label = 0;
    double all = 0;
    int at = 0;
    for (int[] row : labels) {
      for (int token : row) {
        double logSum = logits.logSumExp(at);
        label += logSum - logits.at(at, token);
        double sum = 0;
        for (int c = 0; c < logits.columns(); c++) {
          sum += logSum - logits.at(at, c);
        }
        all += sum / logits.columns();
        at++;
      }
    }
    return new double[] {label / at, all / at};
  }

  private Map<String, Values> forward(PassRows sources, PassRows targets) {
    Map<String, Values> results = new LinkedHashMap<>();
    try (Context context = model.newContext()) {
      context.observe((name, tensor) -> results.put(name, Values.of(tensor)));
      SequenceBatch source = SequenceBatch.of(context, sources.ids());
      Tensor states = model.encode(context, source);
      results.put("encoder_last_hidden_state", Values.of(states));
      SequenceBatch target = SequenceBatch.of(context, targets.ids());
      Tensor hidden =
          model.hidden(context, target.withSource(SourceStates.of(states, source, target)));
      results.put("logits", Values.of(model.logits(context, hidden, null)));
    }
    return results;
  }
}
