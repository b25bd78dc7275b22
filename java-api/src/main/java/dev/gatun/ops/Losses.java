// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_cross_entropy_params;
import dev.gatun.bindings.generated.gatun_elementwise_loss_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import dev.gatun.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/**
 * Losses. Each gives its sum over the labels that count; when the context records, it also puts the
 * gradient of {@code scale} times that sum in place, so that the tape's backward can follow. The
 * scale is 1 / (number of labels of the whole optimiser step), which is known before the first
 * batch.
 */
public final class Losses {
  /** The label that does not count. */
  public static final int IGNORED = -100;

  /**
   * How cross-entropy is changed.
   *
   * @param labelSmoothing share of the probability that is spread over all classes
   * @param zLoss weight of the squared log-sum-exp
   */
  public record Smoothing(float labelSmoothing, float zLoss) {
    /** Plain cross-entropy. */
    public static final Smoothing NONE = new Smoothing(0, 0);
  }

  /**
   * What a loss gave.
   *
   * @param sum over the labels that count, not scaled
   * @param labels how many count
   * @param correct how many of them had the largest score; 0 for losses without classes
   */
  public record Sum(double sum, long labels, long correct) {}

  private Losses() {}

  /**
   * Cross-entropy of x [N, V] and a label per row.
   *
   * @param labels [N] in [0, V), or {@link #IGNORED}
   * @param scale of the gradient
   * @throws IllegalArgumentException if a label is out of range
   */
  public static Sum crossEntropy(
      Context context, Tensor x, int[] labels, float scale, Smoothing smoothing) {
    requireLabels("cross_entropy", labels, x.dim(0), x.dim(1));
    Recorder recorder = context.recorder();
    try (Workspace.Scope _ = context.workspace().scope()) {
      Gradient dx = Gradient.of(context, recorder, x);
      Results results = Results.of(context, context.indices(labels));
      entropy(context, x, null, results, dx.tensor(), scale, smoothing);
      dx.add(context);
      return results.sum(context, labels);
    }
  }

  /**
   * How scores follow from hidden states: softcap(scale hidden Wᵀ + bias).
   *
   * @param weight [V, E]
   * @param bias [V] or null
   * @param scale of the product, before the bias
   * @param softcap y becomes softcap tanh(y / softcap), without a bias; 0 for none
   */
  public record Head(Weight weight, Tensor bias, float scale, float softcap) {
    /** Checks that the backward knows the combination. */
    public Head {
      if (bias != null && softcap != 0) {
        throw new UnsupportedOperationException(
            "linear_cross_entropy: a bias and a soft-cap, expected one of them");
      }
    }

    /** A product and a bias, which may be null. */
    public static Head of(Weight weight, Tensor bias) {
      return new Head(weight, bias, 1, 0);
    }

    /** Of the product, in what the hyperbolic tangent is taken of. */
    float productScale() {
      return softcap == 0 ? scale : scale / softcap;
    }
  }

  /**
   * Cross-entropy of the rows' scores, without ever holding the scores of all rows: hidden [N, E]
   * and a label per row.
   *
   * @param labels [N] in [0, V), or {@link #IGNORED}: such rows cost nothing
   * @param scale of the gradient
   * @throws IllegalArgumentException if a label is out of range
   */
  public static Sum linearCrossEntropy(
      Context context, Tensor hidden, Head head, int[] labels, float scale, Smoothing smoothing) {
    requireLabels("linear_cross_entropy", labels, hidden.dim(0), head.weight().rows());
    return LinearCrossEntropy.run(context, hidden, head, labels, scale, smoothing);
  }

  /**
   * Cross-entropy over the tokens of each sequence: which token of it is meant (extractive question
   * answering).
   *
   * @param x [N] a score per token
   * @param cuSeqlens [B + 1]
   * @param positions [B] counted from the sequence's first token; outside of the sequence: ignored
   * @param scale of the gradient
   */
  public static Sum positionCrossEntropy(
      Context context, Tensor x, Tensor cuSeqlens, int[] positions, float scale) {
    Recorder recorder = context.recorder();
    try (Workspace.Scope _ = context.workspace().scope()) {
      Tensor column = x.reshape(x.dim(0), 1);
      Gradient dx = Gradient.of(context, recorder, column);
      int[] bounds = cuSeqlens.toIntArray();
      int[] labels = positions.clone();
      for (int b = 0; b < labels.length; b++) {
        boolean inside = labels[b] >= 0 && labels[b] < bounds[b + 1] - bounds[b];
        labels[b] = inside ? labels[b] : IGNORED;
      }
      Results results = Results.of(context, context.indices(labels).reshape(labels.length, 1));
      entropy(context, column, cuSeqlens, results, dx.tensor(), scale, Smoothing.NONE);
      dx.add(context);
      return results.sum(context, labels);
    }
  }

  /** Squared differences of x and as many targets; every element counts. */
  public static Sum meanSquares(Context context, Tensor x, float[] targets, float scale) {
    return elementwise(context, x, targets, scale, GatunLibrary.GATUN_LOSS_MSE());
  }

  /** Cross-entropy of sigmoid(x) and as many targets in [0, 1]; every element counts. */
  public static Sum binary(Context context, Tensor x, float[] targets, float scale) {
    return elementwise(context, x, targets, scale, GatunLibrary.GATUN_LOSS_BCE());
  }

  private static Sum elementwise(
      Context context, Tensor x, float[] targets, float scale, int kind) {
    if (targets.length != x.elementCount()) {
      throw new IllegalArgumentException(
          "loss: " + targets.length + " targets, expected one for each element of " + x);
    }
    Recorder recorder = context.recorder();
    try (Workspace.Scope _ = context.workspace().scope()) {
      Tensor target = context.allocate(DType.F32, x.shape());
      target.copyFrom(targets);
      Tensor loss = context.allocate(DType.F32, x.shape());
      Gradient dx = Gradient.of(context, recorder, x);
      MemorySegment p = context.params(gatun_elementwise_loss_params.sizeof());
      gatun_elementwise_loss_params.struct_size(p, gatun_elementwise_loss_params.sizeof());
      x.describe(gatun_elementwise_loss_params.x(p));
      target.describe(gatun_elementwise_loss_params.target(p));
      loss.describe(gatun_elementwise_loss_params.loss(p));
      Params.describe(dx.tensor(), gatun_elementwise_loss_params.dx(p));
      gatun_elementwise_loss_params.kind(p, kind);
      gatun_elementwise_loss_params.scale(p, scale);
      context.run(GatunLibrary::gatun_elementwise_loss_forward, p);
      dx.add(context);
      return new Sum(Elementwise.sum(context, loss.reshape(targets.length)), targets.length, 0);
    }
  }

  static void entropy(
      Context context,
      Tensor x,
      Tensor cuSeqlens,
      Results results,
      Tensor dx,
      float scale,
      Smoothing smoothing) {
    MemorySegment p = context.params(gatun_cross_entropy_params.sizeof());
    gatun_cross_entropy_params.struct_size(p, gatun_cross_entropy_params.sizeof());
    x.describe(gatun_cross_entropy_params.x(p));
    results.labels.describe(gatun_cross_entropy_params.labels(p));
    Params.describe(cuSeqlens, gatun_cross_entropy_params.cu_seqlens(p));
    results.loss.describe(gatun_cross_entropy_params.loss(p));
    results.correct.describe(gatun_cross_entropy_params.correct(p));
    Params.describe(dx, gatun_cross_entropy_params.dx(p));
    gatun_cross_entropy_params.label_smoothing(p, smoothing.labelSmoothing());
    gatun_cross_entropy_params.z_loss(p, smoothing.zLoss());
    gatun_cross_entropy_params.scale(p, scale);
    context.run(GatunLibrary::gatun_cross_entropy_forward, p);
  }

  private static void requireLabels(String operation, int[] labels, long rows, long classes) {
    if (labels.length != rows) {
      throw new IllegalArgumentException(
          operation + ": " + labels.length + " labels, expected one for each of " + rows + " rows");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != IGNORED && (labels[i] < 0 || labels[i] >= classes)) {
        throw new IllegalArgumentException(
            operation
                + ": label "
                + labels[i]
                + " of row "
                + i
                + " is outside of [0, "
                + classes
                + "), and not "
                + IGNORED
                + " for \"ignored\"");
      }
    }
  }

  /** Results per label. */
  record Results(Tensor labels, Tensor loss, Tensor correct) {
    static Results of(Context context, Tensor labels) {
      return new Results(
          labels,
          context.allocate(DType.F32, labels.shape()),
          context.allocate(DType.I32, labels.shape()));
    }

    Sum sum(Context context, int[] counted) {
      long kept = 0;
      long right = 0;
      int[] flags = correct.toIntArray();
      for (int i = 0; i < flags.length; i++) {
        if (counted[i] != IGNORED) {
          kept++;
          right += flags[i];
        }
      }
      return new Sum(Elementwise.sum(context, loss.reshape(loss.elementCount())), kept, right);
    }
  }

  /** Where a loss writes its gradient: in place, or beside a gradient that it is then added to. */
  private record Gradient(Tensor tensor, Contribution into) {
    static Gradient of(Context context, Recorder recorder, Tensor x) {
      if (recorder == null || !recorder.needs(x)) {
        return new Gradient(null, null);
      }
      Contribution into = recorder.contribute(x);
      return into.accumulate()
          ? new Gradient(context.allocate(DType.F32, x.shape()), into)
          : new Gradient(into.tensor(), null);
    }

    void add(Context context) {
      if (into != null) {
        long count = tensor.elementCount();
        Elementwise.axpby(context, 1, tensor.reshape(count), 1, into.tensor().reshape(count));
      }
    }
  }
}
