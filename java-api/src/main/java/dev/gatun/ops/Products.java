// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_gated_linear_params;
import dev.gatun.bindings.generated.gatun_linear_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.MemorySegment;

/** Products with weights: y = x Wᵀ and what is fused into it. */
public final class Products {
  /**
   * What follows a product.
   *
   * @param activation applied after the bias
   * @param residual [N, O] added last, or null
   * @param scale of the product, before the bias
   * @param softcap y becomes softcap tanh(y / softcap); 0 for none
   */
  public record Epilogue(Activation activation, Tensor residual, float scale, float softcap) {
    /** Nothing. */
    public static final Epilogue NONE = new Epilogue(Activation.NONE, null, 1, 0);

    /** An activation only. */
    public static Epilogue of(Activation activation) {
      return new Epilogue(activation, null, 1, 0);
    }

    /** The same with another scale of the product. */
    public Epilogue scaled(float factor) {
      return new Epilogue(activation, residual, factor, softcap);
    }

    /** A residual only; null for nothing. */
    public static Epilogue plus(Tensor residual) {
      return residual == null ? NONE : new Epilogue(Activation.NONE, residual, 1, 0);
    }
  }

  private Products() {}

  /** y = epilogue(x Wᵀ + bias): [N, K] to [N, O]; bias [O] or null. */
  public static Tensor linear(
      Context context, Tensor x, Weight weight, Tensor bias, Epilogue epilogue) {
    return linear(context, x, null, weight, bias, epilogue);
  }

  /** The same for the rows of x that {@code rows} [R] lists; null means all of them. */
  public static Tensor linear(
      Context context, Tensor x, Tensor rows, Weight weight, Tensor bias, Epilogue epilogue) {
    if (LowRankProducts.isTargeted(context, weight)) {
      return adapted(context, x, rows, weight, bias, epilogue);
    }
    return product(context, x, rows, weight, bias, epilogue);
  }

  /** The same with what adapters add, which comes before the activation. */
  private static Tensor adapted(
      Context context, Tensor x, Tensor rows, Weight weight, Tensor bias, Epilogue epilogue) {
    if (epilogue.residual() != null
        && (epilogue.activation() != Activation.NONE || epilogue.softcap() != 0)) {
      throw new UnsupportedOperationException(
          "linear: an activation or a soft-cap before a residual cannot be adapted");
    }
    Epilogue plain = new Epilogue(Activation.NONE, epilogue.residual(), epilogue.scale(), 0);
    Tensor y = product(context, x, rows, weight, bias, plain);
    return finish(
        context, LowRankProducts.add(context, x, rows, weight, y, epilogue.scale()), epilogue);
  }

  /** What of an epilogue is not fused when recording, or behind an adapter. */
  private static Tensor finish(Context context, Tensor y, Epilogue epilogue) {
    Tensor activated =
        epilogue.activation() == Activation.NONE
            ? y
            : Elementwise.activation(context, y, null, epilogue.activation());
    return epilogue.softcap() == 0
        ? activated
        : Elementwise.softcap(context, activated, epilogue.softcap());
  }

  /** The product without adapters: [N, K] to [N, O]. */
  static Tensor product(
      Context context, Tensor x, Tensor rows, Weight weight, Tensor bias, Epilogue epilogue) {
    Weight[] weights = {weight};
    Tensor[] biases = {bias};
    long count = rows == null ? x.dim(0) : rows.dim(0);
    Tensor y = context.allocate(DType.F32, count, weight.rows());
    Recorder recorder = context.recorder();
    if (recorder == null) {
      run(context, x, rows, weights, biases, new Tensor[] {y}, epilogue);
      return y;
    }
    Epilogue kept = new Epilogue(Activation.NONE, epilogue.residual(), epilogue.scale(), 0);
    if (epilogue.residual() != null
        && (epilogue.activation() != Activation.NONE || epilogue.softcap() != 0)) {
      throw new UnsupportedOperationException(
          "linear: an activation or a soft-cap before a residual cannot be recorded on a tape");
    }
    Tensor[] outputs = {y};
    run(context, x, rows, weights, biases, outputs, kept);
    Tensor residual = epilogue.residual();
    LinearGradient gradient = new LinearGradient(x, rows, weights, biases, epilogue.scale());
    if (gradient.isNeeded(recorder) || recorder.needs(residual)) {
      recorder.record(
          (c, r) -> {
            if (gradient.isNeeded(r)) {
              gradient.run(c, r, outputs);
            }
            r.pass(y, residual);
          },
          outputs);
    }
    return finish(context, y, epilogue);
  }

  /**
   * residual + x Wᵀ + bias: [N, K] and [N, O] to [N, O].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public static Tensor addLinear(
      Context context, Tensor x, Weight weight, Tensor bias, Tensor residual) {
    if (context.recorder() != null) {
      return linear(context, x, weight, bias, Epilogue.plus(residual));
    }
    run(
        context,
        x,
        null,
        new Weight[] {weight},
        new Tensor[] {bias},
        new Tensor[] {residual},
        Epilogue.plus(residual));
    if (LowRankProducts.isTargeted(context, weight)) {
      LowRankProducts.add(context, x, null, weight, residual, 1);
    }
    return residual;
  }

  /**
   * Up to three products that share x, in one call.
   *
   * @param biases as many as weights, each may be null
   * @return one result [N, O_i] per weight
   */
  public static Tensor[] linear(Context context, Tensor x, Weight[] weights, Tensor[] biases) {
    Tensor[] y = new Tensor[weights.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = context.allocate(DType.F32, x.dim(0), weights[i].rows());
    }
    run(context, x, null, weights, biases, y, Epilogue.NONE);
    Recorder recorder = context.recorder();
    if (recorder != null) {
      LinearGradient gradient = new LinearGradient(x, null, weights, biases, 1);
      if (gradient.isNeeded(recorder)) {
        recorder.record((c, r) -> gradient.run(c, r, y), y);
      }
    }
    return LowRankProducts.isTargeted(context, weights)
        ? LowRankProducts.add(context, x, weights, y, 1)
        : y;
  }

  /** y_i = epilogue(x W_iᵀ + bias_i). Not recorded. */
  static void run(
      Context context,
      Tensor x,
      Tensor rows,
      Weight[] weights,
      Tensor[] biases,
      Tensor[] y,
      Epilogue epilogue) {
    MemorySegment p = context.params(gatun_linear_params.sizeof());
    gatun_linear_params.struct_size(p, gatun_linear_params.sizeof());
    x.describe(gatun_linear_params.x(p));
    Params.describe(rows, gatun_linear_params.rows(p));
    Params.describe(epilogue.residual(), gatun_linear_params.residual(p));
    for (int i = 0; i < weights.length; i++) {
      gatun_linear_params.weight(p, i, weights[i].handle());
      Params.describe(biases[i], gatun_linear_params.bias(p, i));
      y[i].describe(gatun_linear_params.y(p, i));
    }
    gatun_linear_params.outputs(p, weights.length);
    gatun_linear_params.activation(p, epilogue.activation().code());
    gatun_linear_params.scale(p, epilogue.scale());
    gatun_linear_params.softcap(p, epilogue.softcap());
    context.run(GatunLibrary::gatun_linear_forward, p);
  }

  /** y = activation(x Wgᵀ + bg) * (x Wuᵀ + bu): [N, K] to [N, F]; biases [F] or null. */
  public static Tensor gatedLinear(
      Context context,
      Tensor x,
      Weight gate,
      Weight up,
      Tensor gateBias,
      Tensor upBias,
      Activation activation) {
    if (context.recorder() != null || LowRankProducts.isTargeted(context, gate, up)) {
      Tensor[] both = linear(context, x, new Weight[] {gate, up}, new Tensor[] {gateBias, upBias});
      return Elementwise.activation(context, both[0], both[1], activation);
    }
    Tensor y = context.allocate(DType.F32, x.dim(0), gate.rows());
    MemorySegment p = context.params(gatun_gated_linear_params.sizeof());
    gatun_gated_linear_params.struct_size(p, gatun_gated_linear_params.sizeof());
    x.describe(gatun_gated_linear_params.x(p));
    gatun_gated_linear_params.gate(p, gate.handle());
    gatun_gated_linear_params.up(p, up.handle());
    Params.describe(gateBias, gatun_gated_linear_params.gate_bias(p));
    Params.describe(upBias, gatun_gated_linear_params.up_bias(p));
    y.describe(gatun_gated_linear_params.y(p));
    gatun_gated_linear_params.activation(p, activation.code());
    context.run(GatunLibrary::gatun_gated_linear_forward, p);
    return y;
  }
}
