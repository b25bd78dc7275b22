// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_adamw_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * One step of Adam with decoupled weight decay over flat vectors, in one pass: see {@code
 * gatun_adamw_params} for the formula, which is PyTorch's.
 *
 * @param learningRate of this step
 * @param beta1 decay of the mean
 * @param beta2 decay of the mean square
 * @param eps added to the root
 * @param weightDecay 0 for none
 * @param gradientScale that gradients are multiplied by, such as a clipping factor
 * @param step counted from 1
 */
public record AdamWStep(
    double learningRate,
    double beta1,
    double beta2,
    double eps,
    double weightDecay,
    double gradientScale,
    long step) {
  /**
   * Updates a parameter in place.
   *
   * @param parameter [C]
   * @param gradient [C] in the same order; set to zero if {@code zeroGradient}
   * @param mean [C]
   * @param meanSquare [C]
   */
  public void run(
      Context context,
      Tensor parameter,
      Tensor gradient,
      Tensor mean,
      Tensor meanSquare,
      boolean zeroGradient) {
    MemorySegment p = context.params(gatun_adamw_params.sizeof());
    gatun_adamw_params.struct_size(p, gatun_adamw_params.sizeof());
    parameter.describe(gatun_adamw_params.parameter(p));
    gradient.describe(gatun_adamw_params.gradient(p));
    mean.describe(gatun_adamw_params.m(p));
    meanSquare.describe(gatun_adamw_params.v(p));
    gatun_adamw_params.learning_rate(p, learningRate);
    gatun_adamw_params.beta1(p, beta1);
    gatun_adamw_params.beta2(p, beta2);
    gatun_adamw_params.eps(p, eps);
    gatun_adamw_params.weight_decay(p, weightDecay);
    gatun_adamw_params.gradient_scale(p, gradientScale);
    gatun_adamw_params.step(p, step);
    gatun_adamw_params.zero_gradient(p, zeroGradient ? 1 : 0);
    context.run(GatunLibrary::gatun_adamw_step, p);
  }
}
