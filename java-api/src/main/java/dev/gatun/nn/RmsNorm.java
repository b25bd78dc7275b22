// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Norms;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;

/**
 * y = x / sqrt(mean(x²) + eps) * (offset + weight) over the last dimension: [N, E] to [N, E]. Zhang
 * and Sennrich 2019, arXiv 1910.07467.
 */
public final class RmsNorm implements Layer {
  private final Parameter weight;
  private final float eps;
  private final float offset;

  /**
   * Takes {@code name.weight} [E].
   *
   * @param offset 1 where weights are stored around 0, else 0
   */
  public RmsNorm(ParameterSource source, String name, long size, double eps, float offset) {
    this.weight = source.vector(name + ".weight", size);
    this.eps = (float) eps;
    this.offset = offset;
  }

  /** x [N, E]. */
  public Tensor forward(Context context, Tensor x) {
    return Norms.rmsNorm(context, x, weight(), eps, offset, null);
  }

  /**
   * residual + norm(x); both [N, E].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor addTo(Context context, Tensor x, Tensor residual) {
    return Norms.rmsNorm(context, x, weight(), eps, offset, residual);
  }

  /** [E]. */
  public Tensor weight() {
    return weight.vector();
  }

  /** Added to the mean square. */
  public float eps() {
    return eps;
  }

  /** Added to the weight. */
  public float offset() {
    return offset;
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(weight);
  }
}
