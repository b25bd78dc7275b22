// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_attention_backward_params;
import dev.gatun.bindings.generated.gatun_attention_params;
import dev.gatun.bindings.generated.gatun_rotary_params;
import dev.gatun.ops.Attentions.Bias;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Recorder.Contribution;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Backward of attention over keys of the same batch, from the log-sum-exp of the scores; no [T, S]
 * matrix exists.
 *
 * @param logSumExp [N, H], written by the forward
 * @param dropout probability, with its seed and sequence; 0 for none
 */
record AttentionGradient(
    Tensor q,
    Tensor k,
    Tensor v,
    Tensor cuSeqlensQ,
    Tensor cuSeqlensK,
    Tensor logSumExp,
    Mask mask,
    Bias bias,
    float dropout,
    long seed,
    long sequence,
    Arithmetic arithmetic) {
  static AttentionGradient of(
      Context context,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor cuSeqlensQ,
      Tensor cuSeqlensK,
      Mask mask,
      Bias bias,
      float probability,
      Dropout dropout,
      Arithmetic arithmetic) {
    return new AttentionGradient(
        q,
        k,
        v,
        cuSeqlensQ,
        cuSeqlensK,
        context.allocate(DType.F32, q.dim(0), q.dim(1)),
        mask,
        bias,
        dropout == null ? 0 : probability,
        dropout == null ? 0 : dropout.seed(),
        dropout == null ? 0 : dropout.nextSequence(),
        arithmetic);
  }

  boolean isNeeded(Recorder recorder) {
    return recorder.needs(q)
        || recorder.needs(k)
        || recorder.needs(v)
        || bias != null && recorder.needs(bias.table());
  }

  void describeForward(MemorySegment p) {
    logSumExp.describe(gatun_attention_params.log_sum_exp(p));
    gatun_attention_params.dropout(p, dropout);
    gatun_attention_params.dropout_seed(p, seed);
    gatun_attention_params.dropout_sequence(p, sequence);
  }

  void run(Context context, Recorder recorder, Tensor y) {
    Contribution dq = recorder.contribute(q);
    Contribution dk = recorder.contribute(k);
    Contribution dv = recorder.contribute(v);
    MemorySegment p = context.params(gatun_attention_backward_params.sizeof());
    gatun_attention_backward_params.struct_size(p, gatun_attention_backward_params.sizeof());
    q.describe(gatun_attention_backward_params.q(p));
    k.describe(gatun_attention_backward_params.k(p));
    v.describe(gatun_attention_backward_params.v(p));
    y.describe(gatun_attention_backward_params.y(p));
    recorder.gradient(y).describe(gatun_attention_backward_params.dy(p));
    logSumExp.describe(gatun_attention_backward_params.log_sum_exp(p));
    cuSeqlensQ.describe(gatun_attention_backward_params.cu_seqlens_q(p));
    cuSeqlensK.describe(gatun_attention_backward_params.cu_seqlens_k(p));
    if (bias != null) {
      bias.table().describe(gatun_attention_backward_params.bias_table(p));
      gatun_attention_backward_params.bias_bidirectional(p, bias.bidirectional() ? 1 : 0);
      gatun_attention_backward_params.bias_max_distance(p, bias.maxDistance());
      Params.describe(
          recorder.vectorGradient(bias.table()), gatun_attention_backward_params.dbias_table(p));
    }
    int flags = 0;
    if (dq != null) {
      dq.tensor().describe(gatun_attention_backward_params.dq(p));
      flags |= dq.flag() * GatunLibrary.GATUN_ATTENTION_ACCUMULATE_DQ();
    }
    if (dk != null) {
      dk.tensor().describe(gatun_attention_backward_params.dk(p));
      flags |= dk.flag() * GatunLibrary.GATUN_ATTENTION_ACCUMULATE_DK();
    }
    if (dv != null) {
      dv.tensor().describe(gatun_attention_backward_params.dv(p));
      flags |= dv.flag() * GatunLibrary.GATUN_ATTENTION_ACCUMULATE_DV();
    }
    gatun_attention_backward_params.accumulate(p, flags);
    gatun_attention_backward_params.scale(p, mask.scale());
    gatun_attention_backward_params.softcap(p, mask.softcap());
    gatun_attention_backward_params.causal(p, mask.causal() ? 1 : 0);
    gatun_attention_backward_params.window(p, mask.window());
    gatun_attention_backward_params.dropout(p, dropout);
    gatun_attention_backward_params.dropout_seed(p, seed);
    gatun_attention_backward_params.dropout_sequence(p, sequence);
    gatun_attention_backward_params.arithmetic(p, arithmetic.code());
    context.run(GatunLibrary::gatun_attention_backward, p);
  }

  static UnsupportedOperationException cacheUnderTape() {
    return new UnsupportedOperationException(
        "attention: a key/value cache cannot be used while a tape records; run whole sequences"
            + " without a cache");
  }

  /** Normalises into new tensors, then rotates in place; the backward rotates back. */
  static Tensor[] recordRotary(
      Context context, Tensor q, Tensor k, Tensor positions, Rotation rotation, KvPages cache) {
    if (cache != null) {
      throw cacheUnderTape();
    }
    Tensor queries = normalised(context, q, rotation.queryNorm(), rotation);
    Tensor keys = normalised(context, k, rotation.keyNorm(), rotation);
    if (rotation.inverseFrequencies() != null) {
      rotate(context, queries, keys, positions, rotation, false);
      Recorder recorder = context.recorder();
      if (recorder.needs(queries) || recorder.needs(keys)) {
        recorder.record((c, r) -> {
          Tensor dq = r.exclusiveGradient(queries);
          Tensor dk = r.exclusiveGradient(keys);
          if (dq != null || dk != null) {
            rotate(c, dq == null ? dk : dq, dq == null ? null : dk, positions, rotation, true);
          }
        });
      }
    }
    return new Tensor[] {queries, keys};
  }

  private static Tensor normalised(Context context, Tensor x, Tensor weight, Rotation rotation) {
    if (weight == null) {
      return x;
    }
    Tensor heads = x.reshape(x.dim(0) * x.dim(1), x.dim(2));
    return Norms.rmsNorm(context, heads, weight, rotation.normEps(), rotation.normOffset(), null)
        .reshape(x.shape());
  }

  private static void rotate(
      Context context, Tensor q, Tensor k, Tensor positions, Rotation rotation, boolean inverse) {
    MemorySegment p = context.params(gatun_rotary_params.sizeof());
    gatun_rotary_params.struct_size(p, gatun_rotary_params.sizeof());
    q.describe(gatun_rotary_params.q(p));
    Params.describe(k, gatun_rotary_params.k(p));
    positions.describe(gatun_rotary_params.positions(p));
    rotation.inverseFrequencies().describe(gatun_rotary_params.inv_freq(p));
    Params.describe(rotation.frequencyRows(), gatun_rotary_params.frequency_rows(p));
    gatun_rotary_params.attention_factor(p, rotation.attentionFactor());
    gatun_rotary_params.inverse(p, inverse ? 1 : 0);
    context.run(GatunLibrary::gatun_rotary_forward, p);
  }
}
