// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_activation_backward_params;
import dev.gatun.bindings.generated.gatun_activation_params;
import dev.gatun.bindings.generated.gatun_axpby_params;
import dev.gatun.bindings.generated.gatun_dropout_params;
import dev.gatun.bindings.generated.gatun_sum_params;
import dev.gatun.bindings.generated.gatun_weight_layout_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Operations on single elements, and sums over them. */
public final class Elementwise {
  private Elementwise() {}

  /**
   * y = f(x), or f(x) * up: [N, F] to [N, F].
   *
   * <p>When recording, x and up must not be used again: their gradients take their memory.
   *
   * @param up [N, F] or null
   */
  public static Tensor activation(Context context, Tensor x, Tensor up, Activation activation) {
    Tensor y = context.allocate(DType.F32, x.shape());
    MemorySegment p = context.params(gatun_activation_params.sizeof());
    gatun_activation_params.struct_size(p, gatun_activation_params.sizeof());
    x.describe(gatun_activation_params.x(p));
    Params.describe(up, gatun_activation_params.up(p));
    y.describe(gatun_activation_params.y(p));
    gatun_activation_params.activation(p, activation.code());
    context.run(GatunLibrary::gatun_activation_forward, p);
    Recorder recorder = context.recorder();
    if (recorder != null && (recorder.needs(x) || recorder.needs(up))) {
      recorder.record((c, r) -> activationBackward(c, r, x, up, y, activation), y);
    }
    return y;
  }

  private static void activationBackward(
      Context context, Recorder recorder, Tensor x, Tensor up, Tensor y, Activation activation) {
    Tensor dy = recorder.gradient(y);
    Contribution dx = recorder.contributeInPlace(x);
    Contribution dup = recorder.contributeInPlace(up);
    MemorySegment p = context.params(gatun_activation_backward_params.sizeof());
    gatun_activation_backward_params.struct_size(p, gatun_activation_backward_params.sizeof());
    x.describe(gatun_activation_backward_params.x(p));
    Params.describe(up, gatun_activation_backward_params.up(p));
    dy.describe(gatun_activation_backward_params.dy(p));
    int flags = 0;
    if (dx == null) {
      // The operation always writes dx; frozen x is nobody's input any more.
      x.describe(gatun_activation_backward_params.dx(p));
    } else {
      dx.tensor().describe(gatun_activation_backward_params.dx(p));
      flags |= dx.flag() * GatunLibrary.GATUN_ACTIVATION_ACCUMULATE_DX();
    }
    if (dup != null) {
      dup.tensor().describe(gatun_activation_backward_params.dup(p));
      flags |= dup.flag() * GatunLibrary.GATUN_ACTIVATION_ACCUMULATE_DUP();
    }
    gatun_activation_backward_params.activation(p, activation.code());
    gatun_activation_backward_params.accumulate(p, flags);
    context.run(GatunLibrary::gatun_activation_backward, p);
  }

  /** dy becomes dy f'(x); both [N, F]. Not recorded. */
  static void activationBackward(Context context, Tensor x, Tensor dy, Activation activation) {
    MemorySegment p = context.params(gatun_activation_backward_params.sizeof());
    gatun_activation_backward_params.struct_size(p, gatun_activation_backward_params.sizeof());
    x.describe(gatun_activation_backward_params.x(p));
    dy.describe(gatun_activation_backward_params.dy(p));
    dy.describe(gatun_activation_backward_params.dx(p));
    gatun_activation_backward_params.activation(p, activation.code());
    context.run(GatunLibrary::gatun_activation_backward, p);
  }

  /** y = cap tanh(x / cap): [N, E] to [N, E]. */
  static Tensor softcap(Context context, Tensor x, float cap) {
    long count = x.elementCount();
    Tensor inner = context.allocate(DType.F32, x.shape());
    axpby(context, 1 / cap, x.reshape(count), 0, inner.reshape(count));
    Recorder recorder = context.recorder();
    context.record(null);
    Tensor y = activation(context, inner, null, Activation.TANH);
    context.record(recorder);
    scale(context, cap, y);
    if (recorder != null && recorder.needs(x)) {
      recorder.record(
          (c, r) -> {
            Tensor dy = r.exclusiveGradient(y);
            activationBackward(c, inner, dy, Activation.TANH);
            r.pass(y, x);
          },
          y);
    }
    return y;
  }

  /** x becomes alpha x. Not recorded. */
  static void scale(Context context, float alpha, Tensor x) {
    Tensor flat = x.reshape(x.elementCount());
    axpby(context, alpha, flat, 0, flat);
  }

  /**
   * y = x with some elements zeroed and the others divided by 1 - probability [+ residual]: [N, E]
   * to [N, E]. Without dropout in the context, or with probability 0, x itself, or the sum.
   *
   * @param residual [N, E] or null
   */
  public static Tensor dropout(Context context, Tensor x, float probability, Tensor residual) {
    Dropout dropout = context.dropout();
    boolean on = dropout != null && probability > 0;
    if (!on && residual == null) {
      return x;
    }
    long seed = on ? dropout.seed() : 0;
    long sequence = on ? dropout.nextSequence() : 0;
    float rate = on ? probability : 0;
    Tensor y = context.allocate(DType.F32, x.shape());
    dropout(context, x, residual, new Contribution(y, false), rate, seed, sequence);
    Recorder recorder = context.recorder();
    if (recorder != null && (recorder.needs(x) || recorder.needs(residual))) {
      recorder.record(
          (c, r) -> {
            Contribution dx = r.contribute(x);
            if (dx != null) {
              dropout(c, r.gradient(y), null, dx, rate, seed, sequence);
            }
            r.pass(y, residual);
          },
          y);
    }
    return y;
  }

  private static void dropout(
      Context context,
      Tensor x,
      Tensor residual,
      Contribution into,
      float probability,
      long seed,
      long sequence) {
    MemorySegment p = context.params(gatun_dropout_params.sizeof());
    gatun_dropout_params.struct_size(p, gatun_dropout_params.sizeof());
    x.describe(gatun_dropout_params.x(p));
    Params.describe(residual, gatun_dropout_params.residual(p));
    into.tensor().describe(gatun_dropout_params.y(p));
    gatun_dropout_params.seed(p, seed);
    gatun_dropout_params.sequence(p, sequence);
    gatun_dropout_params.probability(p, probability);
    gatun_dropout_params.accumulate(p, into.flag());
    context.run(GatunLibrary::gatun_dropout_forward, p);
  }

  /** y = alpha x + beta y, both [C]; with beta = 0, y is not read. Not recorded. */
  public static void axpby(Context context, float alpha, Tensor x, float beta, Tensor y) {
    MemorySegment p = context.params(gatun_axpby_params.sizeof());
    gatun_axpby_params.struct_size(p, gatun_axpby_params.sizeof());
    x.describe(gatun_axpby_params.x(p));
    y.describe(gatun_axpby_params.y(p));
    gatun_axpby_params.alpha(p, alpha);
    gatun_axpby_params.beta(p, beta);
    context.run(GatunLibrary::gatun_axpby_forward, p);
  }

  /** The sum of x [C], in double, in an order that depends on C alone. Not recorded. */
  public static double sum(Context context, Tensor x) {
    return sum(context, x, 0);
  }

  /** The same of the squares. */
  public static double sumOfSquares(Context context, Tensor x) {
    return sum(context, x, 1);
  }

  private static double sum(Context context, Tensor x, int squares) {
    try (Workspace.Scope _ = context.workspace().scope()) {
      Tensor y = context.allocate(DType.F64, 1);
      MemorySegment p = context.params(gatun_sum_params.sizeof());
      gatun_sum_params.struct_size(p, gatun_sum_params.sizeof());
      x.describe(gatun_sum_params.x(p));
      y.describe(gatun_sum_params.y(p));
      gatun_sum_params.squares(p, squares);
      context.run(GatunLibrary::gatun_sum_forward, p);
      return y.segment().get(ValueLayout.JAVA_DOUBLE, 0);
    }
  }

  /** A matrix in the order of a weight's master, as rows [O, K]. Not recorded. */
  public static void toRows(Context context, Tensor panels, Tensor rows) {
    layout(context, panels, rows, 1);
  }

  /** Rows [O, K] into the order of a weight's master. Not recorded. */
  public static void toPanels(Context context, Tensor rows, Tensor panels) {
    layout(context, panels, rows, 0);
  }

  private static void layout(Context context, Tensor panels, Tensor rows, int toRows) {
    MemorySegment p = context.params(gatun_weight_layout_params.sizeof());
    gatun_weight_layout_params.struct_size(p, gatun_weight_layout_params.sizeof());
    panels.describe(gatun_weight_layout_params.panels(p));
    rows.describe(gatun_weight_layout_params.rows(p));
    gatun_weight_layout_params.to_rows(p, toRows);
    context.run(GatunLibrary::gatun_weight_layout_forward, p);
  }
}
