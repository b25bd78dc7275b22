// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_attention_params;
import dev.gatun.bindings.generated.gatun_rotary_params;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Rotation of queries and keys with the append to a cache, and attention itself. */
public final class Attentions {
  /**
   * How queries and keys are normalised and rotated.
   *
   * @param inverseFrequencies [C, R/2], or null for no rotation
   * @param frequencyRows [N] in [0, C), or null for row 0
   * @param attentionFactor multiplies cos and sin
   * @param queryNorm [D] or null
   * @param keyNorm [D] or null
   * @param normEps epsilon of those norms
   * @param normOffset 1 where their weights are stored around 0
   */
  public record Rotation(
      Tensor inverseFrequencies,
      Tensor frequencyRows,
      float attentionFactor,
      Tensor queryNorm,
      Tensor keyNorm,
      float normEps,
      float normOffset) {
    /** Neither norm nor rotation: only the append. */
    public static final Rotation NONE = new Rotation(null, null, 1, null, null, 0, 0);
  }

  /**
   * Which keys a query sees.
   *
   * @param scale of the scores; 0 means 1 / sqrt(D)
   * @param softcap 0 for none
   * @param causal keys up to the query's own position only
   * @param window only the last {@code window} of them; 0 for all
   */
  public record Mask(float scale, float softcap, boolean causal, int window) {}

  /**
   * What is added to the scores: table[bucket(key position - query position), head], with T5's
   * buckets. Raffel et al. 2019, arXiv 1910.10683.
   *
   * @param table [buckets, H]
   * @param bidirectional half of the buckets for keys behind the query
   * @param maxDistance from here on everything is in the last bucket
   */
  public record Bias(Tensor table, boolean bidirectional, int maxDistance) {}

  private Attentions() {}

  /**
   * Normalises and rotates q [N, H, D] and k [N, G, D] in place, and stores k and v in a cache.
   *
   * @param q null where only keys and values are stored
   * @param positions [N], or null without a rotation
   *     <p>When recording, q and k are rotated in place, so their only reader so far must be what
   *     made them; the norms give new tensors, and a cache is refused.
   * @param cache pages of the layer, or null
   * @param slots [N] page * pageTokens + offset, with a cache
   * @return q and k: the given ones, or new tensors where they were normalised while recording
   */
  public static Tensor[] rotaryAppend(
      Context context,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor positions,
      Rotation rotation,
      KvPages cache,
      Tensor slots) {
    if (context.recorder() != null) {
      return AttentionGradient.recordRotary(context, q, k, positions, rotation, cache);
    }
    rotary(context, q, k, v, positions, rotation, cache, slots);
    return new Tensor[] {q, k};
  }

  private static void rotary(
      Context context,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor positions,
      Rotation rotation,
      KvPages cache,
      Tensor slots) {
    MemorySegment p = context.params(gatun_rotary_params.sizeof());
    gatun_rotary_params.struct_size(p, gatun_rotary_params.sizeof());
    Params.describe(q, gatun_rotary_params.q(p));
    k.describe(gatun_rotary_params.k(p));
    v.describe(gatun_rotary_params.v(p));
    Params.describe(positions, gatun_rotary_params.positions(p));
    Params.describe(rotation.inverseFrequencies(), gatun_rotary_params.inv_freq(p));
    Params.describe(rotation.frequencyRows(), gatun_rotary_params.frequency_rows(p));
    Params.describe(rotation.queryNorm(), gatun_rotary_params.q_norm_weight(p));
    Params.describe(rotation.keyNorm(), gatun_rotary_params.k_norm_weight(p));
    if (cache != null) {
      cache.describe(gatun_rotary_params.cache(p));
      slots.describe(gatun_rotary_params.slots(p));
    }
    gatun_rotary_params.attention_factor(p, rotation.attentionFactor());
    gatun_rotary_params.norm_eps(p, rotation.normEps());
    gatun_rotary_params.norm_weight_offset(p, rotation.normOffset());
    context.run(GatunLibrary::gatun_rotary_forward, p);
  }

  /** Attention over keys of the same batch, without a bias and dropout. */
  public static Tensor attention(
      Context context,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor cuSeqlensQ,
      Tensor cuSeqlensK,
      Mask mask,
      Arithmetic arithmetic) {
    return attention(context, q, k, v, cuSeqlensQ, cuSeqlensK, 0, mask, null, 0, arithmetic, false);
  }

  /**
   * Attention over keys of the same batch: q [N, H, D], k and v [M, G, D] to [N, H, D].
   *
   * @param cuSeqlensQ [B + 1]
   * @param cuSeqlensK [B + 1]
   * @param maxQueries no sequence has more of them, for a GPU to plan with; 0 where that is not
   *     known
   * @param bias of the scores, or null
   * @param dropout probability with which a key is left out, where the context has dropout on
   * @param batchInvariant FAST gives the same bits for any batch and chunking also where that costs
   *     speed: on a GPU, the spreading of many keys over it in steps of single tokens
   */
  public static Tensor attention(
      Context context,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor cuSeqlensQ,
      Tensor cuSeqlensK,
      int maxQueries,
      Mask mask,
      Bias bias,
      float dropout,
      Arithmetic arithmetic,
      boolean batchInvariant) {
    Tensor y = context.allocate(DType.F32, q.shape());
    Recorder recorder = context.recorder();
    Dropout random = dropout > 0 ? context.dropout() : null;
    AttentionGradient gradient =
        recorder == null
            ? null
            : AttentionGradient.of(
                context, q, k, v, cuSeqlensQ, cuSeqlensK, mask, bias, dropout, random, arithmetic);
    MemorySegment p =
        params(context, q, cuSeqlensQ, maxQueries, y, mask, arithmetic, batchInvariant);
    k.describe(gatun_attention_params.k(p));
    v.describe(gatun_attention_params.v(p));
    cuSeqlensK.describe(gatun_attention_params.cu_seqlens_k(p));
    describe(bias, p);
    if (gradient != null) {
      gradient.describeForward(p);
    } else if (random != null) {
      gatun_attention_params.dropout(p, dropout);
      gatun_attention_params.dropout_seed(p, random.seed());
      gatun_attention_params.dropout_sequence(p, random.nextSequence());
    }
    context.run(GatunLibrary::gatun_attention_forward, p);
    if (gradient != null && gradient.isNeeded(recorder)) {
      recorder.record((c, r) -> gradient.run(c, r, y), y);
    }
    return y;
  }

  private static void describe(Bias bias, MemorySegment p) {
    if (bias != null) {
      bias.table().describe(gatun_attention_params.bias_table(p));
      gatun_attention_params.bias_bidirectional(p, bias.bidirectional() ? 1 : 0);
      gatun_attention_params.bias_max_distance(p, bias.maxDistance());
    }
  }

  /**
   * Attention over a paged cache: q [N, H, D] to [N, H, D].
   *
   * @param pageTable [B, P]
   * @param kvLengths [B] keys of each sequence, those of this call included
   * @param maxQueries as above
   * @param bias of the scores, or null
   * @param batchInvariant as above
   */
  public static Tensor attention(
      Context context,
      Tensor q,
      KvPages cache,
      Tensor cuSeqlensQ,
      Tensor pageTable,
      Tensor kvLengths,
      int maxQueries,
      Mask mask,
      Bias bias,
      Arithmetic arithmetic,
      boolean batchInvariant) {
    if (context.recorder() != null) {
      throw AttentionGradient.cacheUnderTape();
    }
    Tensor y = context.allocate(DType.F32, q.shape());
    MemorySegment p =
        params(context, q, cuSeqlensQ, maxQueries, y, mask, arithmetic, batchInvariant);
    cache.describe(gatun_attention_params.cache(p));
    pageTable.describe(gatun_attention_params.page_table(p));
    kvLengths.describe(gatun_attention_params.kv_lengths(p));
    describe(bias, p);
    context.run(GatunLibrary::gatun_attention_forward, p);
    return y;
  }

  private static MemorySegment params(
      Context context,
      Tensor q,
      Tensor cuSeqlensQ,
      int maxQueries,
      Tensor y,
      Mask mask,
      Arithmetic arithmetic,
      boolean batchInvariant) {
    MemorySegment p = context.params(gatun_attention_params.sizeof());
    gatun_attention_params.struct_size(p, gatun_attention_params.sizeof());
    q.describe(gatun_attention_params.q(p));
    cuSeqlensQ.describe(gatun_attention_params.cu_seqlens_q(p));
    y.describe(gatun_attention_params.y(p));
    gatun_attention_params.scale(p, mask.scale());
    gatun_attention_params.softcap(p, mask.softcap());
    gatun_attention_params.causal(p, mask.causal() ? 1 : 0);
    gatun_attention_params.window(p, mask.window());
    gatun_attention_params.arithmetic(p, arithmetic.code());
    gatun_attention_params.flags(
        p, batchInvariant ? GatunLibrary.GATUN_ATTENTION_BATCH_INVARIANT() : 0);
    gatun_attention_params.max_queries(p, maxQueries);
    return p;
  }
}
