// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_layer_norm_params;
import dev.gatun.bindings.generated.gatun_rms_norm_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Normalisations, fused with the residual before or behind them. */
public final class Norms {
  private Norms() {}

  /** y = (x - mean(x)) / sqrt(var(x) + eps) * weight + bias: [N, E] to [N, E]; bias may be null. */
  public static Tensor layerNorm(Context context, Tensor x, Tensor weight, Tensor bias, float eps) {
    Tensor y = context.allocate(DType.F32, x.shape());
    layerNorm(context, x, null, weight, bias, eps, y, null);
    Recorder recorder = context.recorder();
    if (recorder != null && isNeeded(recorder, x, weight, bias)) {
      recorder.record(
          (c, r) ->
              NormGradient.layerNorm(c, r, x, r.gradient(y), r.contribute(x), weight, bias, eps),
          y);
    }
    return y;
  }

  /**
   * The same of x + residual.
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public static Tensor layerNormSum(
      Context context, Tensor x, Tensor residual, Tensor weight, Tensor bias, float eps) {
    Recorder recorder = context.recorder();
    if (recorder == null) {
      layerNorm(context, x, residual, weight, bias, eps, residual, null);
      return residual;
    }
    Tensor y = context.allocate(DType.F32, x.shape());
    boolean before = recorder.needs(x) || recorder.needs(residual);
    boolean needed = before || isNeeded(recorder, x, weight, bias);
    Tensor sum = needed ? context.allocate(DType.F32, x.shape()) : null;
    layerNorm(context, x, residual, weight, bias, eps, y, sum);
    if (before) {
      // The sum is an activation of its own: what arrives there goes to both of its terms.
      recorder.record(
          (c, r) -> {
            r.pass(sum, x);
            r.pass(sum, residual);
          },
          sum);
    }
    if (needed) {
      recorder.record(
          (c, r) ->
              NormGradient.layerNorm(
                  c, r, sum, r.gradient(y), r.contributeInPlace(sum), weight, bias, eps),
          y);
    }
    return y;
  }

  private static boolean isNeeded(Recorder recorder, Tensor x, Tensor weight, Tensor bias) {
    return recorder.needs(x) || recorder.needs(weight) || recorder.needs(bias);
  }

  private static void layerNorm(
      Context context,
      Tensor x,
      Tensor residual,
      Tensor weight,
      Tensor bias,
      float eps,
      Tensor y,
      Tensor sum) {
    MemorySegment p = context.params(gatun_layer_norm_params.sizeof());
    gatun_layer_norm_params.struct_size(p, gatun_layer_norm_params.sizeof());
    x.describe(gatun_layer_norm_params.x(p));
    Params.describe(residual, gatun_layer_norm_params.residual(p));
    weight.describe(gatun_layer_norm_params.weight(p));
    Params.describe(bias, gatun_layer_norm_params.bias(p));
    y.describe(gatun_layer_norm_params.y(p));
    Params.describe(sum, gatun_layer_norm_params.sum(p));
    gatun_layer_norm_params.eps(p, eps);
    context.run(GatunLibrary::gatun_layer_norm_forward, p);
  }

  /**
   * y = x / sqrt(mean(x²) + eps) * (offset + weight) [+ residual]: [N, E] to [N, E].
   *
   * @param residual [N, E] that the norm is added to, or null
   * @param offset 1 where weights are stored around 0
   * @return a new tensor, or residual, changed in place; when recording always a new tensor
   */
  public static Tensor rmsNorm(
      Context context, Tensor x, Tensor weight, float eps, float offset, Tensor residual) {
    Recorder recorder = context.recorder();
    boolean inPlace = residual != null && recorder == null;
    Tensor y = inPlace ? residual : context.allocate(DType.F32, x.shape());
    MemorySegment p = context.params(gatun_rms_norm_params.sizeof());
    gatun_rms_norm_params.struct_size(p, gatun_rms_norm_params.sizeof());
    x.describe(gatun_rms_norm_params.x(p));
    weight.describe(gatun_rms_norm_params.weight(p));
    Params.describe(residual, gatun_rms_norm_params.y_residual(p));
    y.describe(gatun_rms_norm_params.y(p));
    gatun_rms_norm_params.eps(p, eps);
    gatun_rms_norm_params.weight_offset(p, offset);
    context.run(GatunLibrary::gatun_rms_norm_forward, p);
    if (recorder != null && (isNeeded(recorder, x, weight, null) || recorder.needs(residual))) {
      recorder.record(
          (c, r) -> {
            if (isNeeded(r, x, weight, null)) {
              NormGradient.rmsNorm(c, r, x, r.gradient(y), r.contribute(x), weight, eps, offset);
            }
            r.pass(y, residual);
          },
          y);
    }
    return y;
  }
}
