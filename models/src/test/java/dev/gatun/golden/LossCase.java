// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_cross_entropy_params;
import dev.gatun.bindings.generated.gatun_elementwise_loss_params;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/**
 * One loss and its gradients.
 *
 * @param entry what expected.json says of it
 * @param tolerance of values and gradients
 */
record LossCase(String name, Path folder, JsonNode entry, Tolerance tolerance)
    implements GoldenCase {
  private static final int IGNORED = -100;

  @Override
  public void run(Report report, Device device) {
    report.declare("loss", "gradients");
    String label = entry.get("name").stringValue();
    try (StoredTensors io = new StoredTensors(folder.resolve("io.safetensors"));
        Context context = new Context(device)) {
      switch (label) {
        case "cross_entropy",
            "cross_entropy_sum",
            "cross_entropy_smoothed",
            "cross_entropy_extreme",
            "z_loss" ->
            crossEntropy(report, context, io, label);
        case "bce_with_logits" ->
            elementwise(report, context, io, label, "logits", GatunLibrary.GATUN_LOSS_BCE());
        case "mse" ->
            elementwise(report, context, io, label, "prediction", GatunLibrary.GATUN_LOSS_MSE());
        default -> report.skip("loss " + label);
      }
    }
  }

  private void crossEntropy(Report report, Context context, StoredTensors io, String label) {
    JsonNode parameters = entry.get("parameters");
    int[] shape = io.shape(label + "/logits");
    Tensor x = context.allocate(DType.F32, shape[0], shape[1]);
    x.copyFrom(io.floats(label + "/logits"));
    int[] labels = io.ints(label + "/target");
    long kept = Arrays.stream(labels).filter(target -> target != IGNORED).count();
    float scale = label.endsWith("_sum") ? 1 : 1f / kept;
    Tensor loss = context.allocate(DType.F32, shape[0]);
    Tensor dx = context.allocate(DType.F32, shape[0], shape[1]);
    Tensor targets = context.indices(labels);
    MemorySegment p = context.params(gatun_cross_entropy_params.sizeof());
    gatun_cross_entropy_params.struct_size(p, gatun_cross_entropy_params.sizeof());
    x.describe(gatun_cross_entropy_params.x(p));
    targets.describe(gatun_cross_entropy_params.labels(p));
    loss.describe(gatun_cross_entropy_params.loss(p));
    dx.describe(gatun_cross_entropy_params.dx(p));
    gatun_cross_entropy_params.label_smoothing(
        p, (float) parameters.path("label_smoothing").asDouble(0));
    gatun_cross_entropy_params.z_loss(p, (float) parameters.path("weight").asDouble(0));
    gatun_cross_entropy_params.scale(p, scale);
    context.run(GatunLibrary::gatun_cross_entropy_forward, p);
    compare(report, io, "logits", scale * Elementwise.sum(context, loss), dx);
  }

  private void elementwise(
      Report report, Context context, StoredTensors io, String label, String input, int kind) {
    float[] values = io.floats(label + "/" + input);
    int columns = io.shape(label + "/" + input).length == 1 ? 1 : io.shape(label + "/" + input)[1];
    long rows = values.length / columns;
    Tensor x = context.allocate(DType.F32, rows, columns);
    x.copyFrom(values);
    Tensor target = context.allocate(DType.F32, rows, columns);
    target.copyFrom(io.floats(label + "/target"));
    Tensor loss = context.allocate(DType.F32, rows, columns);
    Tensor dx = context.allocate(DType.F32, rows, columns);
    MemorySegment p = context.params(gatun_elementwise_loss_params.sizeof());
    gatun_elementwise_loss_params.struct_size(p, gatun_elementwise_loss_params.sizeof());
    x.describe(gatun_elementwise_loss_params.x(p));
    target.describe(gatun_elementwise_loss_params.target(p));
    loss.describe(gatun_elementwise_loss_params.loss(p));
    dx.describe(gatun_elementwise_loss_params.dx(p));
    gatun_elementwise_loss_params.kind(p, kind);
    gatun_elementwise_loss_params.scale(p, 1f / values.length);
    context.run(GatunLibrary::gatun_elementwise_loss_forward, p);
    Tensor flat = loss.reshape(values.length);
    compare(report, io, input, Elementwise.sum(context, flat) / values.length, dx);
  }

  private void compare(Report report, StoredTensors io, String input, double loss, Tensor dx) {
    double want = entry.get("loss").doubleValue();
    report.check("loss", tolerance.allows(loss, want), "it is " + loss + ", expected " + want);
    float[] gradient = io.floats(entry.get("name").stringValue() + "/grad." + input);
    float[] got = dx.toFloatArray();
    for (int i = 0; i < gradient.length; i++) {
      if (tolerance.allows(got[i], gradient[i])) {
        report.pass("gradients", Tolerance.error(got[i], gradient[i]));
      } else {
        report.fail("gradients", "[" + i + "] is " + got[i] + ", expected " + gradient[i]);
      }
    }
  }
}
