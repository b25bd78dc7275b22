// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.nn.FileLayout;
import dev.gatun.nn.FileLayout.FileTensor;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelOrigin;
import dev.gatun.nn.Parameter;
import dev.gatun.ops.AdamWStep;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The gradient of every parameter, and the losses and gradient norms of the stored optimiser steps.
 * Changes the model.
 */
final class TrainingCheck {
  private static final Tolerance RELATIVE = new Tolerance(0, 1e-4);

  private final Model model;
  private final CaseLoss loss;
  private final JsonNode expected;
  private final Report report;
  private final boolean checkpointing;

  TrainingCheck(
      Model model, CaseLoss loss, JsonNode expected, Report report, boolean checkpointing) {
    this.model = model;
    this.loss = loss;
    this.expected = expected;
    this.report = report;
    this.checkpointing = checkpointing;
  }

  /** Compares the gradients with those stored, then makes the steps. */
  void run(StoredTensors stored) {
    JsonNode training = expected.path("training");
    ModelOrigin origin = model.memory().origin().orElseThrow();
    Set<String> without = new HashSet<>(Jsons.strings(training.path("no_gradient")));
    List<Parameter> trained =
        model.parameters().stream()
            .filter(p -> !without.contains(origin.names().apply(p.name()).name()))
            .toList();
    try (Context context = model.newContext();
        Gradients gradients = new Gradients(model.device(), trained)) {
      double first = step(context, gradients);
      gradients(context, gradients, origin, stored, without);
      if (training.has("losses")) {
        steps(context, gradients, training, first);
      }
    }
  }

  private double step(Context context, Gradients gradients) {
    try (Tape tape = new Tape(context, gradients, checkpointing)) {
      double value = loss.compute(context);
      tape.backward();
      return value;
    }
  }

  private void gradients(
      Context context,
      Gradients gradients,
      ModelOrigin origin,
      StoredTensors stored,
      Set<String> without) {
    Map<Parameter, float[]> rows = new HashMap<>();
    for (Parameter parameter : gradients.parameters()) {
      rows.put(parameter, gradients.rows(context, parameter));
    }
    Set<String> open = new HashSet<>(stored.names());
    open.removeAll(without);
    try (Arena arena = Arena.ofConfined()) {
      Map<String, FileTensor> tensors =
          FileLayout.assemble(
              arena,
              gradients.parameters(),
              origin.names(),
              (parameter, first, count) -> part(rows.get(parameter), parameter, first, count));
      tensors.forEach((name, tensor) -> {
        if (open.remove(name)) {
          compare(name, tensor.data().toArray(ValueLayout.JAVA_FLOAT), stored.floats(name));
        } else {
          report.fail("gradients", name + " has no stored gradient");
        }
      });
    }
    open.forEach(name -> report.fail("gradients", name + " is no parameter of the model"));
  }

  private static float[] part(float[] rows, Parameter parameter, long first, int count) {
    int width = Math.toIntExact(parameter.elementCount() / parameter.shape()[0]);
    int from = Math.toIntExact(first * width);
    return Arrays.copyOfRange(rows, from, from + count * width);
  }

  private void compare(String name, float[] got, float[] want) {
    Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
    if (got.length != want.length) {
      report.fail("gradients", name + " has " + got.length + " elements, not " + want.length);
      return;
    }
    for (int i = 0; i < got.length; i++) {
      if (!tolerance.allows(got[i], want[i])) {
        report.fail("gradients", name + "[" + i + "] is " + got[i] + ", expected " + want[i]);
        return;
      }
      report.pass("gradients", Tolerance.error(got[i], want[i]));
    }
  }

  private void steps(Context context, Gradients gradients, JsonNode training, double firstLoss) {
    JsonNode optimizer = training.get("optimizer");
    Map<Parameter, Tensor[]> moments = new HashMap<>();
    try (Arena arena = Arena.ofShared()) {
      for (Parameter parameter : gradients.parameters()) {
        long count = parameter.values().elementCount();
        Tensor[] both = new Tensor[2];
        for (int i = 0; i < both.length; i++) {
          both[i] = model.device().allocate(arena, DType.F32, count);
        }
        moments.put(parameter, both);
      }
      double value = firstLoss;
      int count = training.get("losses").size();
      for (int i = 0; i < count; i++) {
        relative("loss before step " + i, value, training.get("losses").get(i));
        relative(
            "gradient norm of step " + i,
            gradients.norm(context),
            training.get("grad_norms").get(i));
        update(context, gradients, moments, optimizer, i + 1);
        if (i + 1 < count) {
          value = step(context, gradients);
        }
      }
      double after = loss.compute(context);
      relative("loss after the last step", after, training.get("loss_after"));
    }
  }

  private static void update(
      Context context,
      Gradients gradients,
      Map<Parameter, Tensor[]> moments,
      JsonNode optimizer,
      int number) {
    AdamWStep step =
        new AdamWStep(
            optimizer.get("lr").doubleValue(),
            optimizer.get("betas").get(0).doubleValue(),
            optimizer.get("betas").get(1).doubleValue(),
            optimizer.get("eps").doubleValue(),
            optimizer.get("weight_decay").doubleValue(),
            1,
            number);
    for (Parameter parameter : gradients.parameters()) {
      Tensor values = flat(parameter.values());
      Tensor[] both = moments.get(parameter);
      step.run(context, values, flat(gradients.of(parameter)), both[0], both[1], true);
      parameter.changed(context);
    }
  }

  private static Tensor flat(Tensor tensor) {
    return tensor.reshape(tensor.elementCount());
  }

  private void relative(String what, double got, JsonNode node) {
    double want = node.doubleValue();
    report.check(
        "training", RELATIVE.allows(got, want), what + " is " + got + ", expected " + want);
  }
}
