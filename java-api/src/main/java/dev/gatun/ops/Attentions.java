// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_attention_params;
import dev.gatun.bindings.generated.gatun_rotary_params;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
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

  private Attentions() {}

  /**
   * Normalises and rotates q [N, H, D] and k [N, G, D] in place, and stores k and v in a cache.
   *
   * @param q null where only keys and values are stored
   * @param positions [N], or null without a rotation
   * @param cache pages of the layer, or null
   * @param slots [N] page * pageTokens + offset, with a cache
   * @return q and k
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
    requireNoRecorder(context);
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
    return new Tensor[] {q, k};
  }

  private static void requireNoRecorder(Context context) {
    if (context.recorder() != null) {
      throw new UnsupportedOperationException("attention cannot be recorded on a tape");
    }
  }

  /**
   * Attention over keys of the same batch: q [N, H, D], k and v [M, G, D] to [N, H, D].
   *
   * @param cuSeqlensQ [B + 1]
   * @param cuSeqlensK [B + 1]
   */
  public static Tensor attention(
      Context context,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor cuSeqlensQ,
      Tensor cuSeqlensK,
      Mask mask,
      Arithmetic arithmetic) {
    requireNoRecorder(context);
    Tensor y = context.allocate(DType.F32, q.shape());
    MemorySegment p = params(context, q, cuSeqlensQ, y, mask, arithmetic);
    k.describe(gatun_attention_params.k(p));
    v.describe(gatun_attention_params.v(p));
    cuSeqlensK.describe(gatun_attention_params.cu_seqlens_k(p));
    context.run(GatunLibrary::gatun_attention_forward, p);
    return y;
  }

  /**
   * Attention over a paged cache: q [N, H, D] to [N, H, D].
   *
   * @param pageTable [B, P]
   * @param kvLengths [B] keys of each sequence, those of this call included
   */
  public static Tensor attention(
      Context context,
      Tensor q,
      KvPages cache,
      Tensor cuSeqlensQ,
      Tensor pageTable,
      Tensor kvLengths,
      Mask mask,
      Arithmetic arithmetic) {
    requireNoRecorder(context);
    Tensor y = context.allocate(DType.F32, q.shape());
    MemorySegment p = params(context, q, cuSeqlensQ, y, mask, arithmetic);
    cache.describe(gatun_attention_params.cache(p));
    pageTable.describe(gatun_attention_params.page_table(p));
    kvLengths.describe(gatun_attention_params.kv_lengths(p));
    context.run(GatunLibrary::gatun_attention_forward, p);
    return y;
  }

  private static MemorySegment params(
      Context context, Tensor q, Tensor cuSeqlensQ, Tensor y, Mask mask, Arithmetic arithmetic) {
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
    return p;
  }
}
