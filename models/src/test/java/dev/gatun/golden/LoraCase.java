// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.models.GatunModels;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.FileLayout;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.OptimizerState;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A decoder with a low-rank adapter in PEFT's files: logits without it, with it and merged, its
 * gradients, three steps, and the files written back.
 *
 * @param folder holds the base and {@code adapter/}
 */
record LoraCase(String name, Path folder) implements GoldenCase {
  /** Of a value, relative to the largest gradient of its tensor. */
  private static final Tolerance GRADIENT = new Tolerance(1e-5, 2e-3);

  private static final Tolerance LOSS = new Tolerance(0, 1e-3);

  @Override
  public void run(Report report, Device device) throws IOException {
    report.declare("forward", "merged", "gradients", "steps", "files");
    JsonNode expected = Jsons.read(folder.resolve("expected.json"));
    LoadOptions options =
        LoadOptions.defaults()
            .withDevice(device)
            .withArithmetic(Arithmetic.F32)
            .withTrainable(true);
    try (StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"));
        StoredTensors grads = new StoredTensors(folder.resolve("grads.safetensors"));
        CausalModel model = GatunModels.loadCausal(folder, options)) {
      Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
      Check check = new Check(report, io, tolerance, model);
      check.logits("forward", "base/");
      try (LoraAdapter adapter = LoraAdapter.load(model, folder.resolve("adapter"))) {
        adapter.attach();
        check.logits("forward", "");
        check.merged(adapter);
        adapter.attach();
        check.files(adapter);
        check.training(adapter, grads, expected);
      } catch (UnsupportedModelException e) {
        report.skip(e.getMessage());
        return;
      }
      check.logits("forward", "base/");
    }
  }

  private record Check(Report report, StoredTensors io, Tolerance tolerance, CausalModel model) {
    void logits(String part, String prefix) {
      Pass pass =
          new Pass(
              "main",
              prefix,
              "",
              List.of("input_ids", "attention_mask", "labels"),
              List.of("logits"),
              null);
      PassRows rows = PassRows.of(pass, io);
      Values logits = Forward.run(model, "", rows).get("logits");
      float[] want = io.floats(prefix + "logits");
      int at = 0;
      for (int r = 0; r < rows.count(); r++) {
        for (int t : rows.kept()[r]) {
          for (int c = 0; c < logits.columns(); c++) {
            double stored = want[(r * rows.length() + t) * logits.columns() + c];
            value(part, prefix + "logits", logits.at(at, c), stored, tolerance);
          }
          at++;
        }
      }
    }

    private void value(String part, String what, double got, double want, Tolerance allowed) {
      if (allowed.allows(got, want)) {
        report.pass(part, Tolerance.error(got, want));
      } else {
        report.fail(part, what + " is " + got + ", expected " + want);
      }
    }

    void merged(LoraAdapter adapter) {
      Map<String, float[]> before = weights();
      adapter.merge();
      weights()
          .forEach((name, values) -> {
            if (io.has("merged/" + name)) {
              float[] want = io.floats("merged/" + name);
              for (int i = 0; i < want.length; i++) {
                value("merged", name, values[i], want[i], tolerance);
              }
            } else {
              report.check(
                  "merged", Arrays.equals(values, before.get(name)), name + " was changed");
            }
          });
      logits("merged", "");
      adapter.unmerge();
      weights()
          .forEach((name, values) ->
              report.check(
                  "merged",
                  Arrays.equals(values, before.get(name)),
                  name + " is not what it was after unmerging"));
    }

    /** The model's tensors as its files have them. */
    private Map<String, float[]> weights() {
      try (Arena arena = Arena.ofConfined()) {
        Map<String, float[]> all = new LinkedHashMap<>();
        FileLayout.assemble(
                arena, model.parameters(), model.memory().hubNames(), FileLayout::values)
            .forEach(
                (name, tensor) -> all.put(name, tensor.data().toArray(ValueLayout.JAVA_FLOAT)));
        return all;
      }
    }

    void files(LoraAdapter adapter) throws IOException {
      Path copy = Files.createTempDirectory("gatun-lora");
      try {
        adapter.save(copy);
        try (LoraAdapter again = LoraAdapter.load(model, copy)) {
          for (int i = 0; i < adapter.parameters().size(); i++) {
            Parameter one = adapter.parameters().get(i);
            Parameter other = again.parameters().get(i);
            report.check(
                "files",
                Arrays.equals(one.values().toFloatArray(), other.values().toFloatArray()),
                one.name() + " changed on its way through a file");
          }
          report.check(
              "files", again.config().equals(adapter.config()), "the config is " + again.config());
        }
      } finally {
        try (Stream<Path> files = Files.list(copy)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(copy);
      }
    }

    void training(LoraAdapter adapter, StoredTensors grads, JsonNode expected) {
      JsonNode training = expected.get("training");
      JsonNode settings = training.get("optimizer");
      AdamW adamW =
          AdamW.withLearningRate(1)
              .withBetas(
                  settings.get("betas").get(0).doubleValue(),
                  settings.get("betas").get(1).doubleValue())
              .withEps(settings.get("eps").doubleValue())
              .withWeightDecay(settings.get("weight_decay").doubleValue())
              .withDecayed(parameter -> true);
      try (Context context = model.newContext();
          Gradients gradients = new Gradients(model.device(), adapter.parameters());
          OptimizerState state = adamW.newState(model.device(), adapter.parameters())) {
        for (boolean checkpointing : new boolean[] {true, false}) {
          gradients.zero();
          value(
              "gradients",
              "loss",
              step(context, gradients, checkpointing),
              expected.get("losses").get("loss").doubleValue(),
              LOSS);
          compare(adapter, context, gradients, grads);
        }
        for (int i = 0; i < training.get("losses").size(); i++) {
          gradients.zero();
          double loss = step(context, gradients, false);
          value("steps", "loss", loss, training.get("losses").get(i).doubleValue(), LOSS);
          double norm = training.get("grad_norms").get(i).doubleValue();
          value("steps", "norm", gradients.norm(context), norm, LOSS);
          state.step(context, gradients, settings.get("lr").doubleValue(), 1);
        }
        value(
            "steps",
            "loss after",
            step(context, gradients, false),
            training.get("loss_after").doubleValue(),
            LOSS);
      }
    }

    private double step(Context context, Gradients gradients, boolean checkpointing) {
      Pass pass = new Pass("main", "", "", List.of("input_ids", "attention_mask"), List.of(), null);
      PassRows rows = PassRows.of(pass, io);
      int[] labels = io.ints("labels");
      int[][] kept = new int[rows.count()][];
      for (int r = 0; r < kept.length; r++) {
        int row = r * rows.length();
        kept[r] = Arrays.stream(rows.kept()[r]).map(t -> labels[row + t]).toArray();
      }
      Targets targets = Targets.next(kept);
      try (Tape tape = new Tape(context, gradients, checkpointing)) {
        SequenceBatch batch = SequenceBatch.of(context, rows.ids());
        long[] counts = model.labelCounts(new int[0], targets);
        LossValue loss = model.loss(context, batch, targets, LossOptions.of(counts));
        tape.backward();
        return loss.value();
      }
    }

    private void compare(
        LoraAdapter adapter, Context context, Gradients gradients, StoredTensors grads) {
      Function<Parameter, float[]> rows = parameter -> gradients.rows(context, parameter);
      Map<String, float[]> got = new LinkedHashMap<>();
      // Parts of one tensor follow each other in its rows.
      for (Parameter parameter : adapter.parameters()) {
        got.merge(adapter.fileName(parameter), rows.apply(parameter), Check::joined);
      }
      report.check(
          "gradients",
          got.keySet().equals(grads.names()),
          "of " + got.keySet() + ", not of others");
      got.forEach((name, values) -> {
        float[] want = grads.floats(name);
        double most = 0;
        for (float one : want) {
          most = Math.max(most, Math.abs(one));
        }
        Tolerance allowed = new Tolerance(GRADIENT.atol() + GRADIENT.rtol() * most, 0);
        for (int i = 0; i < want.length; i++) {
          value("gradients", name + "[" + i + "]", values[i], want[i], allowed);
        }
      });
    }

    private static float[] joined(float[] first, float[] second) {
      float[] both = Arrays.copyOf(first, first.length + second.length);
      System.arraycopy(second, 0, both, first.length, second.length);
      return both;
    }
  }
}
