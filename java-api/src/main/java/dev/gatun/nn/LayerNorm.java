// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Norms;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;

/**
 * y = (s - mean(s)) / sqrt(var(s) + eps) * weight + bias with s = x + residual, over the last
 * dimension: [N, E] to [N, E]. Biased variance. Ba et al. 2016, arXiv 1607.06450.
 */
public final class LayerNorm implements Layer {
  private final Parameter weight;
  private final Parameter bias;
  private final float eps;

  /** Takes {@code name.weight} and {@code name.bias}, both [E]. */
  public LayerNorm(ParameterSource source, String name, long size, double eps) {
    this.weight = source.vector(name + ".weight", size);
    this.bias = source.vector(name + ".bias", size);
    this.eps = (float) eps;
  }

  /** x [N, E]. */
  public Tensor forward(Context context, Tensor x) {
    return Norms.layerNorm(context, x, weight(), bias(), eps);
  }

  /**
   * norm(x + residual); both [N, E].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor normSum(Context context, Tensor x, Tensor residual) {
    return Norms.layerNormSum(context, x, residual, weight(), bias(), eps);
  }

  /** [E]. */
  public Tensor weight() {
    return weight.vector();
  }

  /** [E]. */
  public Tensor bias() {
    return bias.vector();
  }

  /** Added to the variance. */
  public float eps() {
    return eps;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight, bias);
  }
}
