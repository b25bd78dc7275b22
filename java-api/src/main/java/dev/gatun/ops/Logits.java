// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_sample_params;
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

  /**
   * Chooses the next token of each row where the scores are, so that none are copied. A drawn token
   * depends on its scores, seed and position alone.
   *
   * @param scores [N, V], changed
   * @param rows N of them
   * @param tokens [N], in memory that the host reads; -1 where no token is left
   */
  public static void sample(Context context, Tensor scores, SampleRows rows, Tensor tokens) {
    MemorySegment p = context.params(gatun_sample_params.sizeof());
    gatun_sample_params.struct_size(p, gatun_sample_params.sizeof());
    scores.describe(gatun_sample_params.scores(p));
    gatun_sample_params.rows(p, rows.rows());
    gatun_sample_params.row_count(p, rows.count());
    gatun_sample_params.history(p, rows.history());
    gatun_sample_params.history_length(p, rows.historyLength());
    tokens.describe(gatun_sample_params.tokens(p));
    context.run(GatunLibrary::gatun_sample_forward, p);
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
