// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.autograd.Gradients;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.ops.Elementwise;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.GradientClipping;
import dev.gatun.optim.OptimizerState;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Five steps of one optimiser, or one clipping, over matrices (in panels, as weights are trained)
 * and tensors of one and three dimensions.
 *
 * @param entry what expected.json says of it
 */
record OptimizerCase(String name, Path folder, JsonNode entry) implements GoldenCase {
  private static final int STEPS = 5;

  @Override
  public void run(Report report, Device device) {
    report.declare("values", "norms");
    String label = entry.get("name").stringValue();
    JsonNode parameters = entry.get("parameters");
    Optional<String> unknown = unknown(label, parameters);
    if (unknown.isPresent()) {
      report.skip(unknown.get());
      return;
    }
    try (StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"));
        ModelMemory memory =
            new ModelMemory("optimizer case", device, false, Arithmetic.F32, false, true);
        Context context = new Context(device)) {
      List<Parameter> trained = new ArrayList<>();
      for (JsonNode tensor : entry.get("tensors")) {
        trained.add(add(memory, io, tensor.stringValue()));
      }
      try (Gradients gradients = new Gradients(device, trained)) {
        if (label.startsWith("clip")) {
          clip(report, context, io, gradients);
        } else {
          steps(report, context, io, gradients, device);
        }
      }
    }
  }

  /** What keeps the case from running. */
  private static Optional<String> unknown(String label, JsonNode parameters) {
    if (label.equals("clip_inf_0.1")) {
      return Optional.of("clipping by the largest gradient");
    }
    if (parameters.path("amsgrad").asBoolean(false)) {
      return Optional.of("AMSGrad");
    }
    boolean known = label.startsWith("clip") || label.startsWith("adamw");
    return known ? Optional.empty() : Optional.of("optimizer " + label);
  }

  private static Parameter add(ModelMemory memory, StoredTensors io, String tensor) {
    float[] values = io.floats("start/" + tensor);
    int[] shape = io.shape("start/" + tensor);
    if (shape.length != 2) {
      int rows = shape.length == 1 ? 1 : shape[0];
      return shape.length == 1
          ? memory.addVector(tensor, values)
          : memory.addTable(tensor, values, rows, values.length / rows);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      return memory.addMatrix(tensor, rows, DType.F32, shape[0], shape[1], false);
    }
  }

  private static void load(Context context, StoredTensors io, int step, Gradients gradients) {
    for (Parameter parameter : gradients.parameters()) {
      float[] values = io.floats("grad." + step + "/" + parameter.name());
      Tensor gradient = gradients.of(parameter);
      if (parameter.matrix() == null) {
        gradient.reshape(values.length).copyFrom(values);
      } else {
        try (var _ = context.workspace().scope()) {
          Tensor rows = context.allocate(DType.F32, parameter.shape());
          rows.copyFrom(values);
          Elementwise.toPanels(context, rows, gradient);
        }
      }
    }
  }

  private void clip(Report report, Context context, StoredTensors io, Gradients gradients) {
    Tolerance tolerance = Tolerance.of(entry.get("tolerance"));
    load(context, io, 1, gradients);
    double norm = gradients.norm(context);
    double want = entry.get("total_norm").doubleValue();
    report.check("norms", tolerance.allows(norm, want), "norm is " + norm + ", expected " + want);
    double maxNorm = entry.get("parameters").get("max_norm").doubleValue();
    float scale = (float) new GradientClipping(maxNorm).scale(norm);
    for (Parameter parameter : gradients.parameters()) {
      float[] clipped = gradients.rows(context, parameter);
      for (int i = 0; i < clipped.length; i++) {
        clipped[i] *= scale;
      }
      compare(report, tolerance, io, entry.get("name").stringValue(), parameter, clipped);
    }
  }

  private void steps(
      Report report, Context context, StoredTensors io, Gradients gradients, Device device) {
    JsonNode parameters = entry.get("parameters");
    boolean masked = parameters.has("decay_applies_to");
    AdamW settings =
        AdamW.withLearningRate(1)
            .withBetas(
                parameters.get("betas").get(0).doubleValue(),
                parameters.get("betas").get(1).doubleValue())
            .withEps(parameters.get("eps").doubleValue())
            .withWeightDecay(parameters.get("weight_decay").doubleValue())
            .withDecayed(masked ? AdamW.MATRICES : parameter -> true);
    GradientClipping clipping =
        parameters.has("max_grad_norm")
            ? new GradientClipping(parameters.get("max_grad_norm").doubleValue())
            : GradientClipping.NONE;
    Tolerance tolerance = Tolerance.of(entry.get("tolerance"));
    try (OptimizerState state = settings.newState(device, gradients.parameters())) {
      for (int step = 1; step <= STEPS; step++) {
        load(context, io, step, gradients);
        double norm = gradients.norm(context);
        if (entry.has("total_norms_before_clipping")) {
          double want = entry.get("total_norms_before_clipping").get(step - 1).doubleValue();
          report.check(
              "norms", tolerance.allows(norm, want), "norm is " + norm + ", expected " + want);
        }
        JsonNode rate = parameters.get("lr");
        double learningRate =
            rate.isArray() ? rate.get(step - 1).doubleValue() : rate.doubleValue();
        state.step(context, gradients, learningRate, clipping.scale(norm));
        for (Parameter parameter : gradients.parameters()) {
          float[] values =
              parameter.matrix() != null
                  ? parameter.matrix().readRows(0, Math.toIntExact(parameter.matrix().rows()))
                  : parameter.vector().toFloatArray();
          String prefix = entry.get("name").stringValue() + "." + step;
          compare(report, tolerance, io, prefix, parameter, values);
        }
        report.check(
            "values", gradients.norm(context) == 0, "gradients after step " + step + " are not 0");
      }
    }
  }

  private static void compare(
      Report report,
      Tolerance tolerance,
      StoredTensors io,
      String prefix,
      Parameter parameter,
      float[] got) {
    float[] want = io.floats(prefix + "/" + parameter.name());
    for (int i = 0; i < want.length; i++) {
      if (tolerance.allows(got[i], want[i])) {
        report.pass("values", Tolerance.error(got[i], want[i]));
      } else {
        report.fail(
            "values",
            prefix + "/" + parameter.name() + "[" + i + "] is " + got[i] + ", not " + want[i]);
      }
    }
  }
}
