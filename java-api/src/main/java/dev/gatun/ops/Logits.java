// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_softmax_params;
import dev.gatun.bindings.generated.gatun_top_k_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Operations on rows of scores. */
public final class Logits {
  /**
   * The best entries of each row.
   *
   * @param values [N, k], descending
   * @param indices [N, k], the lower index first on ties
   * @param logSumExp [N]: a value minus it is a log-probability
   */
  public record Best(Tensor values, Tensor indices, Tensor logSumExp) {}

  private Logits() {}

  /** The k largest of each row of x [N, V]; k = 1 is the arg-max. */
  public static Best topK(Context context, Tensor x, int k) {
    long rows = x.dim(0);
    Best best =
        new Best(
            context.allocateForHost(DType.F32, rows, k),
            context.allocateForHost(DType.I32, rows, k),
            context.allocateForHost(DType.F32, rows));
    MemorySegment p = context.params(gatun_top_k_params.sizeof());
    gatun_top_k_params.struct_size(p, gatun_top_k_params.sizeof());
    x.describe(gatun_top_k_params.x(p));
    best.values().describe(gatun_top_k_params.values(p));
    best.indices().describe(gatun_top_k_params.indices(p));
    best.logSumExp().describe(gatun_top_k_params.log_sum_exp(p));
    context.run(GatunLibrary::gatun_top_k_forward, p);
    return best;
  }

  /** softmax(x / temperature) of each row, or its logarithm: [N, V] to [N, V]. */
  public static Tensor softmax(Context context, Tensor x, float temperature, boolean log) {
    Tensor y = context.allocate(DType.F32, x.shape());
    MemorySegment p = context.params(gatun_softmax_params.sizeof());
    gatun_softmax_params.struct_size(p, gatun_softmax_params.sizeof());
    x.describe(gatun_softmax_params.x(p));
    y.describe(gatun_softmax_params.y(p));
    gatun_softmax_params.temperature(p, temperature);
    gatun_softmax_params.log(p, log ? 1 : 0);
    context.run(GatunLibrary::gatun_softmax_forward, p);
    return y;
  }
}
