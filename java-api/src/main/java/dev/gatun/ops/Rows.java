// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_embedding_params;
import dev.gatun.bindings.generated.gatun_gather_rows_backward_params;
import dev.gatun.bindings.generated.gatun_gather_rows_params;
import dev.gatun.bindings.generated.gatun_pooling_backward_params;
import dev.gatun.bindings.generated.gatun_pooling_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.MemorySegment;

/** Operations that pick or merge rows. */
public final class Rows {
  private Rows() {}

  /**
   * y = scale table[ids] + positionTable[firstPosition + positions] + typeTable[types], then
   * LayerNorm where a norm weight is given: [N] to [N, E]. Tables and norm parameters other than
   * {@code table} may be null.
   *
   * @param paddingId id whose row gets no gradient from here; -1 for none
   */
  public static Tensor embedding(
      Context context,
      Tensor ids,
      Weight table,
      float scale,
      Tensor positions,
      Weight positionTable,
      int firstPosition,
      Tensor types,
      Weight typeTable,
      Tensor normWeight,
      Tensor normBias,
      float eps,
      int paddingId) {
    Recorder recorder = context.recorder();
    if (recorder != null && normWeight != null) {
      Tensor sum =
          embedding(
              context,
              ids,
              table,
              scale,
              positions,
              positionTable,
              firstPosition,
              types,
              typeTable,
              null,
              null,
              0,
              paddingId);
      return Norms.layerNorm(context, sum, normWeight, normBias, eps);
    }
    Tensor y = context.allocate(DType.F32, ids.dim(0), table.columns());
    MemorySegment p = context.params(gatun_embedding_params.sizeof());
    gatun_embedding_params.struct_size(p, gatun_embedding_params.sizeof());
    ids.describe(gatun_embedding_params.ids(p));
    gatun_embedding_params.table(p, table.handle());
    if (positionTable != null) {
      positions.describe(gatun_embedding_params.positions(p));
      gatun_embedding_params.position_table(p, positionTable.handle());
      gatun_embedding_params.position_offset(p, firstPosition);
    }
    if (typeTable != null) {
      types.describe(gatun_embedding_params.types(p));
      gatun_embedding_params.type_table(p, typeTable.handle());
    }
    Params.describe(normWeight, gatun_embedding_params.norm_weight(p));
    Params.describe(normBias, gatun_embedding_params.norm_bias(p));
    y.describe(gatun_embedding_params.y(p));
    gatun_embedding_params.scale(p, scale);
    gatun_embedding_params.eps(p, eps);
    context.run(GatunLibrary::gatun_embedding_forward, p);
    if (recorder != null) {
      EmbeddingGradient gradient =
          new EmbeddingGradient(
              ids,
              table,
              scale,
              positions,
              positionTable,
              firstPosition,
              types,
              typeTable,
              paddingId);
      if (gradient.isNeeded(recorder)) {
        recorder.record((c, r) -> gradient.run(c, r, y), y);
      }
    }
    return y;
  }

  /** y[i] = x[rows[i]]: [N, E] and [R] to [R, E]. */
  public static Tensor gather(Context context, Tensor x, Tensor rows) {
    Tensor y = context.allocate(DType.F32, rows.dim(0), x.dim(1));
    MemorySegment p = context.params(gatun_gather_rows_params.sizeof());
    gatun_gather_rows_params.struct_size(p, gatun_gather_rows_params.sizeof());
    x.describe(gatun_gather_rows_params.x(p));
    rows.describe(gatun_gather_rows_params.rows(p));
    y.describe(gatun_gather_rows_params.y(p));
    context.run(GatunLibrary::gatun_gather_rows_forward, p);
    Recorder recorder = context.recorder();
    if (recorder != null && recorder.needs(x)) {
      recorder.record((c, r) -> gatherBackward(c, r.gradient(y), rows, r.contributeSome(x)), y);
    }
    return y;
  }

  private static void gatherBackward(Context context, Tensor dy, Tensor rows, Contribution dx) {
    MemorySegment p = context.params(gatun_gather_rows_backward_params.sizeof());
    gatun_gather_rows_backward_params.struct_size(p, gatun_gather_rows_backward_params.sizeof());
    rows.describe(gatun_gather_rows_backward_params.rows(p));
    dy.describe(gatun_gather_rows_backward_params.dy(p));
    dx.tensor().describe(gatun_gather_rows_backward_params.dx(p));
    context.run(GatunLibrary::gatun_gather_rows_backward, p);
  }

  /** How the rows of a sequence become one; codes are {@code GATUN_POOLING_*}. */
  public enum Pooling {
    /** The mean of all tokens. */
    MEAN,
    /** The first token. */
    CLS,
    /** The last token. */
    LAST,
    /** The largest value of each column. */
    MAX
  }

  /** One vector per sequence: [N, E] and [B + 1] to [B, E], divided by its L2 norm on request. */
  public static Tensor pooling(
      Context context, Tensor x, Tensor cuSeqlens, Pooling mode, boolean normalize) {
    Tensor y = context.allocate(DType.F32, cuSeqlens.dim(0) - 1, x.dim(1));
    MemorySegment p = context.params(gatun_pooling_params.sizeof());
    gatun_pooling_params.struct_size(p, gatun_pooling_params.sizeof());
    x.describe(gatun_pooling_params.x(p));
    cuSeqlens.describe(gatun_pooling_params.cu_seqlens(p));
    y.describe(gatun_pooling_params.y(p));
    gatun_pooling_params.mode(p, mode.ordinal());
    gatun_pooling_params.normalize(p, normalize ? 1 : 0);
    context.run(GatunLibrary::gatun_pooling_forward, p);
    Recorder recorder = context.recorder();
    if (recorder != null && recorder.needs(x)) {
      recorder.record(
          (c, r) ->
              poolingBackward(c, r.gradient(y), x, cuSeqlens, mode, normalize, r.contribute(x)),
          y);
    }
    return y;
  }

  private static void poolingBackward(
      Context context,
      Tensor dy,
      Tensor x,
      Tensor cuSeqlens,
      Pooling mode,
      boolean normalize,
      Contribution dx) {
    MemorySegment p = context.params(gatun_pooling_backward_params.sizeof());
    gatun_pooling_backward_params.struct_size(p, gatun_pooling_backward_params.sizeof());
    x.describe(gatun_pooling_backward_params.x(p));
    cuSeqlens.describe(gatun_pooling_backward_params.cu_seqlens(p));
    dy.describe(gatun_pooling_backward_params.dy(p));
    dx.tensor().describe(gatun_pooling_backward_params.dx(p));
    gatun_pooling_backward_params.mode(p, mode.ordinal());
    gatun_pooling_backward_params.normalize(p, normalize ? 1 : 0);
    gatun_pooling_backward_params.accumulate(p, dx.flag());
    context.run(GatunLibrary::gatun_pooling_backward, p);
  }
}
