// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Two micro-batches, each loss divided by the labels of both: the gradients of the full batch. */
record AccumulationCase(String name, Path folder, JsonNode expected) implements GoldenCase {
  private static final int MICRO_BATCHES = 2;

  @Override
  public void run(Report report, Device device) {
    Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
    report.declare("loss", "gradients");
    LoadOptions options =
        LoadOptions.defaults()
            .withDevice(device)
            .withArithmetic(Arithmetic.F32)
            .withTrainable(true);
    try (ModelFiles files = ModelFiles.open(folder);
        StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"));
        StoredTensors stored = new StoredTensors(folder.resolve("grads.safetensors"));
        CausalModel model = (CausalModel) ModelLoader.load(files, options);
        Gradients gradients = new Gradients(device, model.parameters());
        Context context = model.newContext()) {
      int[][] ids = kept(io, "input_ids");
      int[][] labels = kept(io, "labels");
      int[] all = IntStream.range(0, ids.length).toArray();
      long count = model.labelCounts(PackingCase.lengths(ids), targets(labels, all))[0];
      report.check("loss", count == expected.get("num_items").longValue(), count + " labels");
      double sum = 0;
      JsonNode losses = expected.get("losses");
      int each = ids.length / MICRO_BATCHES;
      for (int micro = 0; micro < MICRO_BATCHES; micro++) {
        int[] rows = Arrays.copyOfRange(all, micro * each, (micro + 1) * each);
        double value;
        try (Tape tape = new Tape(context, gradients, false)) {
          int[][] part = Arrays.stream(rows).mapToObj(row -> ids[row]).toArray(int[][]::new);
          SequenceBatch batch = SequenceBatch.of(context, part);
          LossOptions divided = LossOptions.of(new long[] {count});
          value = model.loss(context, batch, targets(labels, rows), divided).value();
          tape.backward();
        }
        double want = losses.get("micro_batches_summed_over_all_items").get(micro).doubleValue();
        report.check(
            "loss", tolerance.allows(value, want), "micro-batch " + micro + " has " + value);
        sum += value;
      }
      report.check(
          "loss", tolerance.allows(sum, losses.get("loss").doubleValue()), "the sum is " + sum);
      GradientCheck.compare(context, model, gradients, stored, tolerance, report);
    }
  }

  private static Targets targets(int[][] labels, int[] rows) {
    return Targets.next(Arrays.stream(rows).mapToObj(row -> labels[row]).toArray(int[][]::new));
  }

  /** The rows of a stored matrix without their padding. */
  private static int[][] kept(StoredTensors io, String tensor) {
    int[] shape = io.shape(tensor);
    int[] values = io.ints(tensor);
    int[] mask = io.ints("attention_mask");
    int[][] rows = new int[shape[0]][];
    for (int r = 0; r < rows.length; r++) {
      int from = r * shape[1];
      rows[r] =
          IntStream.range(from, from + shape[1])
              .filter(i -> mask[i] != 0)
              .map(i -> values[i])
              .toArray();
    }
    return rows;
  }
}
