// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_layer_norm_backward_params;
import dev.gatun.bindings.generated.gatun_rms_norm_backward_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Backward of the normalisations; means and deviations are computed again from x. */
final class NormGradient {
  private NormGradient() {}

  /**
   * dx (+)= ..., dweight += ..., dbias += ...
   *
   * @param x [N, E], what was normalised
   * @param dy [N, E]
   * @param dx or null
   * @param bias [E] or null
   */
  static void layerNorm(
      Context context,
      Recorder recorder,
      Tensor x,
      Tensor dy,
      Contribution dx,
      Tensor weight,
      Tensor bias,
      float eps) {
    MemorySegment p = context.params(gatun_layer_norm_backward_params.sizeof());
    gatun_layer_norm_backward_params.struct_size(p, gatun_layer_norm_backward_params.sizeof());
    x.describe(gatun_layer_norm_backward_params.x(p));
    weight.describe(gatun_layer_norm_backward_params.weight(p));
    dy.describe(gatun_layer_norm_backward_params.dy(p));
    if (dx != null) {
      dx.tensor().describe(gatun_layer_norm_backward_params.dx(p));
      gatun_layer_norm_backward_params.accumulate(p, dx.flag());
    }
    Params.describe(recorder.vectorGradient(weight), gatun_layer_norm_backward_params.dweight(p));
    Params.describe(recorder.vectorGradient(bias), gatun_layer_norm_backward_params.dbias(p));
    gatun_layer_norm_backward_params.eps(p, eps);
    context.run(GatunLibrary::gatun_layer_norm_backward, p);
  }

  /** The same without a mean and a bias. */
  static void rmsNorm(
      Context context,
      Recorder recorder,
      Tensor x,
      Tensor dy,
      Contribution dx,
      Tensor weight,
      float eps,
      float offset) {
    MemorySegment p = context.params(gatun_rms_norm_backward_params.sizeof());
    gatun_rms_norm_backward_params.struct_size(p, gatun_rms_norm_backward_params.sizeof());
    x.describe(gatun_rms_norm_backward_params.x(p));
    weight.describe(gatun_rms_norm_backward_params.weight(p));
    dy.describe(gatun_rms_norm_backward_params.dy(p));
    if (dx != null) {
      dx.tensor().describe(gatun_rms_norm_backward_params.dx(p));
      gatun_rms_norm_backward_params.accumulate(p, dx.flag());
    }
    Params.describe(recorder.vectorGradient(weight), gatun_rms_norm_backward_params.dweight(p));
    gatun_rms_norm_backward_params.eps(p, eps);
    gatun_rms_norm_backward_params.weight_offset(p, offset);
    context.run(GatunLibrary::gatun_rms_norm_backward, p);
  }
}
