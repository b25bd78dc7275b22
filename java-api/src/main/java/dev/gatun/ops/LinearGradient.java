// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_linear_backward_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.MemorySegment;

/**
 * Backward of up to three products that share x: dx (+)= sum of scale dy_i W_i, dW_i += scale dy_iᵀ
 * x, db_i += column sums of dy_i.
 *
 * @param x [N, K]
 * @param rows [R] or null
 * @param scale of the products
 */
record LinearGradient(Tensor x, Tensor rows, Weight[] weights, Tensor[] biases, float scale) {
  /** Whether any gradient is wanted. */
  boolean isNeeded(Recorder recorder) {
    boolean needed = recorder.needs(x);
    for (int i = 0; i < weights.length; i++) {
      needed |= recorder.needs(weights[i]) || recorder.needs(biases[i]);
    }
    return needed;
  }

  /** Contributes what the gradients of y [N, O_i] imply; an output without one adds nothing. */
  void run(Context context, Recorder recorder, Tensor[] y) {
    Tensor[] dy = new Tensor[y.length];
    for (int i = 0; i < y.length; i++) {
      dy[i] = recorder.gradient(y[i]);
    }
    run(context, recorder, dy, rows == null ? recorder.contribute(x) : recorder.contributeSome(x));
  }

  /** The same for given gradients, null for those that did not arrive. */
  void run(Context context, Recorder recorder, Tensor[] dy, Contribution dx) {
    MemorySegment p = context.params(gatun_linear_backward_params.sizeof());
    gatun_linear_backward_params.struct_size(p, gatun_linear_backward_params.sizeof());
    x.describe(gatun_linear_backward_params.x(p));
    Params.describe(rows, gatun_linear_backward_params.rows(p));
    int outputs = 0;
    for (int i = 0; i < dy.length; i++) {
      if (dy[i] == null) {
        continue;
      }
      gatun_linear_backward_params.weight(p, outputs, weights[i].handle());
      dy[i].describe(gatun_linear_backward_params.dy(p, outputs));
      Params.describe(
          recorder.weightGradient(weights[i]), gatun_linear_backward_params.dweight(p, outputs));
      Params.describe(
          recorder.vectorGradient(biases[i]), gatun_linear_backward_params.dbias(p, outputs));
      outputs++;
    }
    if (dx != null) {
      dx.tensor().describe(gatun_linear_backward_params.dx(p));
      gatun_linear_backward_params.accumulate(p, dx.flag());
    }
    gatun_linear_backward_params.outputs(p, outputs);
    gatun_linear_backward_params.scale(p, scale);
    context.run(GatunLibrary::gatun_linear_backward, p);
  }
}
