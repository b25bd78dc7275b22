// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_layer_norm_params;
import dev.gatun.bindings.generated.gatun_rms_norm_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Normalisations, fused with the residual before or behind them. */
public final class Norms {
  private Norms() {}

  /**
   * y = (s - mean(s)) / sqrt(var(s) + eps) * weight + bias with s = x + residual.
   *
   * @param residual [N, E] or null
   * @param bias [E] or null
   * @param into [N, E] where y goes, which may be x or residual; null allocates it
   */
  public static Tensor layerNorm(
      Context context,
      Tensor x,
      Tensor residual,
      Tensor weight,
      Tensor bias,
      float eps,
      Tensor into) {
    Tensor y = into != null ? into : context.allocate(DType.F32, x.shape());
    MemorySegment p = context.params(gatun_layer_norm_params.sizeof());
    gatun_layer_norm_params.struct_size(p, gatun_layer_norm_params.sizeof());
    x.describe(gatun_layer_norm_params.x(p));
    Params.describe(residual, gatun_layer_norm_params.residual(p));
    weight.describe(gatun_layer_norm_params.weight(p));
    Params.describe(bias, gatun_layer_norm_params.bias(p));
    y.describe(gatun_layer_norm_params.y(p));
    gatun_layer_norm_params.eps(p, eps);
    context.run(GatunLibrary::gatun_layer_norm_forward, p);
    return y;
  }

  /**
   * y = x / sqrt(mean(x²) + eps) * (offset + weight) [+ residual].
   *
   * @param residual [N, E] that the norm is added to, in place; null for a new y
   * @param offset 1 where weights are stored around 0
   */
  public static Tensor rmsNorm(
      Context context, Tensor x, Tensor weight, float eps, float offset, Tensor residual) {
    Tensor y = residual != null ? residual : context.allocate(DType.F32, x.shape());
    MemorySegment p = context.params(gatun_rms_norm_params.sizeof());
    gatun_rms_norm_params.struct_size(p, gatun_rms_norm_params.sizeof());
    x.describe(gatun_rms_norm_params.x(p));
    weight.describe(gatun_rms_norm_params.weight(p));
    Params.describe(residual, gatun_rms_norm_params.y_residual(p));
    y.describe(gatun_rms_norm_params.y(p));
    gatun_rms_norm_params.eps(p, eps);
    gatun_rms_norm_params.weight_offset(p, offset);
    context.run(GatunLibrary::gatun_rms_norm_forward, p);
    return y;
  }
}
