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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Documents packed into rows: each is a sequence of a ragged batch, which gives its logits alone,
 * and its first token is no target.
 */
record PackingCase(String name, Path folder, JsonNode expected) implements GoldenCase {
  @Override
  public void run(Report report, Device device) {
    Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
    report.declare("forward", "loss", "gradients");
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
      int[][] documents = documents(io.ints("input_ids"));
      try (var _ = context.workspace().scope()) {
        SequenceBatch batch = SequenceBatch.of(context, documents);
        float[] got = model.logits(context, model.hidden(context, batch), null).toFloatArray();
        float[] want = io.floats("logits");
        for (int i = 0; i < want.length; i++) {
          if (tolerance.allows(got[i], want[i])) {
            report.pass("forward", Tolerance.error(got[i], want[i]));
          } else {
            report.fail("forward", "logit " + i + " is " + got[i] + ", expected " + want[i]);
          }
        }
      }
      Targets targets = Targets.next(documents);
      LossOptions counted = LossOptions.of(model.labelCounts(lengths(documents), targets));
      try (Tape tape = new Tape(context, gradients, false)) {
        SequenceBatch batch = SequenceBatch.of(context, documents);
        double loss = model.loss(context, batch, targets, counted).value();
        double want = expected.get("losses").get("loss").doubleValue();
        report.check(
            "loss", tolerance.allows(loss, want), "loss is " + loss + ", expected " + want);
        tape.backward();
      }
      GradientCheck.compare(context, model, gradients, stored, tolerance, report);
    }
  }

  /** The rows of the fixture hold the documents one after the other. */
  private int[][] documents(int[] ids) {
    List<int[]> documents = new ArrayList<>();
    int at = 0;
    for (JsonNode row : expected.get("documents")) {
      for (JsonNode length : row) {
        documents.add(Arrays.copyOfRange(ids, at, at + length.intValue()));
        at += length.intValue();
      }
    }
    return documents.toArray(int[][]::new);
  }

  static int[] lengths(int[][] sequences) {
    return Arrays.stream(sequences).mapToInt(sequence -> sequence.length).toArray();
  }
}
