// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A tiny checkpoint, safetensors or GGUF, with inputs and outputs, run in F32.
 *
 * @param folder holds it
 * @param weights the file or folder to load
 */
record ModelCase(String name, Path folder, Path weights) implements GoldenCase {
  private static final String OLD_CONFIG = "config.v4.json";
  private static final Tolerance LOSS = new Tolerance(0, 1e-4);

  @Override
  public void run(Report report, Device device) throws IOException {
    JsonNode expected = Jsons.read(folder.resolve("expected.json"));
    report.declare("forward", "loss", "generation", "gradients", "training");
    try (ModelFiles files = ModelFiles.open(weights);
        StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"))) {
      if (!ModelLoader.supports(files)) {
        report.skip("model_type " + files.architecture());
        return;
      }
      String architecture = expected.path("architecture").asString("");
      boolean named = files.format() == ModelFiles.Format.GGUF || !files.architectures().isEmpty();
      List<Pass> passes = Pass.of(expected, io);
      try (Model model = ModelLoader.load(files, options(device))) {
        if (!named && !offers(model, passes, io)) {
          report.skip("architecture " + architecture);
          return;
        }
        forwards(model, expected, passes, io, report, "");
        if (expected.path("generation").size() > 0) {
          generate(model, expected, report);
        }
      } catch (UnsupportedModelException e) {
        report.skip(e.getMessage());
        return;
      } catch (RuntimeException e) {
        // A method of its own over a known encoder: its config names no class that we could know.
        if (!named) {
          report.skip("architecture " + architecture);
          return;
        }
        throw e;
      }
      trained(files, expected, passes, io, report, device);
      if (Files.exists(folder.resolve(OLD_CONFIG))) {
        withOldConfig(expected, passes, io, report, device);
      }
    }
  }

  /** Gradients and optimiser steps alone. */
  void train(Report report, Device device) throws IOException {
    JsonNode expected = Jsons.read(folder.resolve("expected.json"));
    report.declare("gradients", "training");
    try (ModelFiles files = ModelFiles.open(weights);
        StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"))) {
      trained(files, expected, Pass.of(expected, io), io, report, device);
    }
  }

  private void generate(Model model, JsonNode expected, Report report) {
    GenerationCheck check =
        new GenerationCheck(
            generations(expected.get("generation"), model.device()),
            GenerationParameters.defaults(folder),
            Tolerance.of(expected.get("tolerance")),
            report);
    switch (model) {
      case CausalModel causal -> check.run(causal);
      case Seq2SeqModel seq2seq -> check.run(seq2seq);
      default -> report.fail("generation", model.architecture() + " does not generate");
    }
  }

  /** All, or where each takes seconds one without beams and one with them. */
  private static List<JsonNode> generations(JsonNode all, Device device) {
    List<JsonNode> chosen = new ArrayList<>();
    boolean few = device.isGpu() && !TestGpu.isReal();
    Set<Boolean> kinds = new HashSet<>();
    for (JsonNode entry : all) {
      boolean beams = entry.get("parameters").path("num_beams").asInt(1) > 1;
      if (kinds.add(beams) || !few) {
        chosen.add(entry);
      }
    }
    return chosen;
  }

  /** Gradients and optimiser steps, twice: with all activations kept, and with checkpointing. */
  private void trained(
      ModelFiles files,
      JsonNode expected,
      List<Pass> passes,
      StoredTensors io,
      Report report,
      Device device) {
    Path stored = folder.resolve("grads.safetensors");
    if (!Files.exists(stored) || passes.isEmpty()) {
      return;
    }
    JsonNode config = Jsons.read(folder.resolve("config.json"));
    Pass pass = passes.getFirst();
    PassRows rows = PassRows.of(pass, io);
    for (boolean checkpointing : new boolean[] {false, true}) {
      try (Model model = ModelLoader.load(files, options(device).withTrainable(true));
          StoredTensors gradients = new StoredTensors(stored)) {
        String name = expected.path("training").path("loss").asString("loss");
        CaseLoss loss = CaseLoss.of(model, pass, rows, io, config, name);
        if (loss != null) {
          new TrainingCheck(model, loss, expected, report, checkpointing).run(gradients);
        }
      } catch (UnsupportedOperationException e) {
        report.fail("gradients", e.getMessage());
      }
    }
  }

  private static LoadOptions options(Device device) {
    return LoadOptions.defaults().withDevice(device).withArithmetic(Arithmetic.F32);
  }

  private static boolean offers(Model model, List<Pass> passes, StoredTensors io) {
    Pass pass = passes.getFirst();
    Set<String> names = Forward.run(model, pass.part(), PassRows.of(pass, io)).keySet();
    return names.containsAll(pass.outputs());
  }

  private void forwards(
      Model model,
      JsonNode expected,
      List<Pass> passes,
      StoredTensors io,
      Report report,
      String what) {
    if (model instanceof Seq2SeqModel seq2seq) {
      new Seq2SeqForwards(seq2seq, io, expected, report).run(passes);
      return;
    }
    Set<String> open = new HashSet<>();
    expected.path("losses").properties().forEach(loss -> open.add(loss.getKey()));
    JsonNode config = Jsons.read(folder.resolve("config.json"));
    for (Pass pass : passes) {
      PassRows rows = PassRows.of(pass, io);
      ForwardCheck check =
          new ForwardCheck(pass, io, Tolerance.of(expected.get("tolerance")), report);
      Map<String, Values> outputs = Forward.run(model, pass.part(), rows);
      check.compare(outputs, rows, 0, what);
      for (int r = 0; rows.count() > 1 && r < rows.count(); r++) {
        PassRows one = rows.only(r);
        check.compare(Forward.run(model, pass.part(), one), one, r, what + "row " + r + " alone, ");
      }
      boolean causal = model instanceof CausalModel;
      new Losses(pass, rows, outputs, io, config)
          .compute(causal)
          .forEach((loss, value) -> {
            if (expected.path("losses").has(loss)) {
              double want = expected.get("losses").get(loss).doubleValue();
              report.check(
                  "loss",
                  LOSS.allows(value, want),
                  what + loss + " is " + value + ", expected " + want);
              open.remove(loss);
            }
          });
      if (pass.name().equals("main") && expected.has("entities")) {
        entities(expected.get("entities"), config.get("id2label"), rows, outputs, report);
      }
    }
    open.forEach(loss -> report.fail("loss", what + loss + " was not computed"));
  }

  private static void entities(
      JsonNode entities,
      JsonNode labels,
      PassRows rows,
      Map<String, Values> outputs,
      Report report) {
    Values logits = outputs.get("logits");
    int at = 0;
    for (int r = 0; r < rows.count(); r++) {
      for (int t : rows.kept()[r]) {
        String got = labels.get(Integer.toString(logits.argMax(at++))).stringValue();
        String want = entities.get(r).get(t).stringValue();
        report.check(
            "entities", got.equals(want), "token " + r + ", " + t + " is " + got + ", not " + want);
      }
    }
  }

  /** The same weights under the configuration in the form of published files. */
  private void withOldConfig(
      JsonNode expected, List<Pass> passes, StoredTensors io, Report report, Device device)
      throws IOException {
    Path copy = Files.createTempDirectory("gatun-golden");
    List<Path> parts;
    try (Stream<Path> files = Files.list(folder)) {
      parts = files.filter(file -> file.getFileName().toString().startsWith("model")).toList();
    }
    try {
      Files.copy(folder.resolve(OLD_CONFIG), copy.resolve("config.json"));
      for (Path file : parts) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
      try (ModelFiles files = ModelFiles.open(copy);
          Model model = ModelLoader.load(files, options(device))) {
        forwards(model, expected, passes, io, report, OLD_CONFIG + ": ");
      } catch (RuntimeException e) {
        report.fail("forward", OLD_CONFIG + ": " + e);
      }
    } finally {
      Files.deleteIfExists(copy.resolve("config.json"));
      for (Path file : parts) {
        Files.deleteIfExists(copy.resolve(file.getFileName()));
      }
      Files.delete(copy);
    }
  }
}
