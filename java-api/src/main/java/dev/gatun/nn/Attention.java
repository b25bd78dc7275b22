// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.nn.SequenceBatch.CachedBatch;
import dev.gatun.ops.Attentions;
import dev.gatun.ops.Attentions.Bias;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.KvPages;
import dev.gatun.ops.Products;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.util.List;

/**
 * Self-attention, [N, E] to [N, E]: multi-head (G = H), grouped (G < H) or multi-query (G = 1),
 * bidirectional or causal, with an optional window, soft-cap, rotation and norm of queries and
 * keys.
 *
 * <p>softmax(mask(scale Q Kᵀ)) V per head, then the output projection with the residual fused. Keys
 * and values of earlier tokens come from the batch's cache where it has one. Vaswani et al. 2017,
 * arXiv 1706.03762; Ainslie et al. 2023, arXiv 2305.13245.
 */
public final class Attention implements Layer {
  /**
   * Sizes and options.
   *
   * @param heads H
   * @param kvHeads G, divides H
   * @param headSize D
   * @param mask what a query sees
   * @param keyDropout probability with which a key is left out, where the context has dropout on
   * @param dropout probability of the result
   */
  public record Options(
      int heads, int kvHeads, int headSize, Mask mask, float keyDropout, float dropout) {
    /** Without dropout. */
    public Options(int heads, int kvHeads, int headSize, Mask mask) {
      this(heads, kvHeads, headSize, mask, 0, 0);
    }

    /** Checks that groups are whole. */
    public Options {
      if (heads < 1 || kvHeads < 1 || heads % kvHeads != 0 || headSize < 1) {
        throw new IllegalArgumentException(
            "attention: heads = "
                + heads
                + ", key/value heads = "
                + kvHeads
                + ", head size = "
                + headSize
                + "; expected heads to be a multiple of key/value heads");
      }
    }
  }

  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;
  private final RmsNorm queryNorm;
  private final RmsNorm keyNorm;
  private final Options options;
  private final Arithmetic arithmetic;
  private final RelativePositionBias bias;

  /**
   * Around existing projections.
   *
   * @param queryNorm norm of each query head before the rotation, or null
   * @param keyNorm the same for keys, or null
   */
  public Attention(
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      RmsNorm queryNorm,
      RmsNorm keyNorm,
      Options options,
      Arithmetic arithmetic) {
    this(query, key, value, output, queryNorm, keyNorm, options, arithmetic, null);
  }

  private Attention(
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      RmsNorm queryNorm,
      RmsNorm keyNorm,
      Options options,
      Arithmetic arithmetic,
      RelativePositionBias bias) {
    this.query = query;
    this.key = key;
    this.value = value;
    this.output = output;
    this.queryNorm = queryNorm;
    this.keyNorm = keyNorm;
    this.options = options;
    this.arithmetic = arithmetic;
    this.bias = bias;
  }

  /** The same with a bias of the scores, which several layers may share. */
  public Attention withBias(RelativePositionBias shared) {
    return new Attention(
        query, key, value, output, queryNorm, keyNorm, options, arithmetic, shared);
  }

  /**
   * One attention step.
   *
   * @param x [N, E]
   * @param rotation of the batch; {@link Rotation#NONE} for none
   * @param layer number of the layer in the batch's cache
   * @return [N, E]
   */
  public Tensor forward(
      Context context, Tensor x, SequenceBatch batch, Rotation rotation, int layer) {
    Tensor y = output.forward(context, attend(context, x, batch, rotation, layer));
    return Elementwise.dropout(context, y, options.dropout(), null);
  }

  /**
   * residual + forward(x); both [N, E].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor addTo(
      Context context,
      Tensor x,
      Tensor residual,
      SequenceBatch batch,
      Rotation rotation,
      int layer) {
    Tensor attended = attend(context, x, batch, rotation, layer);
    return output.addTo(context, attended, residual, options.dropout());
  }

  private Tensor attend(
      Context context, Tensor x, SequenceBatch batch, Rotation rotation, int layer) {
    int n = batch.tokens();
    Tensor[] qkv =
        Products.linear(
            context,
            x,
            new Weight[] {query.weight(), key.weight(), value.weight()},
            new Tensor[] {query.bias(), key.bias(), value.bias()});
    Tensor q = qkv[0].reshape(n, options.heads(), options.headSize());
    Tensor k = qkv[1].reshape(n, options.kvHeads(), options.headSize());
    Tensor v = qkv[2].reshape(n, options.kvHeads(), options.headSize());
    Rotation turn = queryNorm == null ? rotation : withNorms(rotation);
    Bias added = bias == null ? null : bias.bias();
    CachedBatch cached = batch.cache();
    Tensor attended;
    if (cached == null) {
      if (turn != Rotation.NONE) {
        Tensor[] turned =
            Attentions.rotaryAppend(context, q, k, v, batch.positions(), turn, null, null);
        q = turned[0];
        k = turned[1];
      }
      attended =
          Attentions.attention(
              context,
              q,
              k,
              v,
              batch.cuSeqlens(),
              batch.cuSeqlens(),
              batch.longest(),
              options.mask(),
              added,
              options.keyDropout(),
              arithmetic,
              query.weight().isBatchInvariant());
    } else {
      KvPages pages = cached.cache().layer(layer);
      Attentions.rotaryAppend(context, q, k, v, batch.positions(), turn, pages, cached.slots());
      attended =
          Attentions.attention(
              context,
              q,
              pages,
              batch.cuSeqlens(),
              cached.pageTable(),
              cached.kvLengths(),
              batch.longest(),
              options.mask(),
              added,
              arithmetic,
              query.weight().isBatchInvariant());
    }
    return attended.reshape(n, (long) options.heads() * options.headSize());
  }

  private Rotation withNorms(Rotation rotation) {
    return new Rotation(
        rotation.inverseFrequencies(),
        rotation.frequencyRows(),
        rotation.attentionFactor(),
        queryNorm.weight(),
        keyNorm.weight(),
        queryNorm.eps(),
        queryNorm.offset());
  }

  @Override
  public List<Parameter> parameters() {
    return Layer.parametersOf(query, key, value, output, queryNorm, keyNorm, bias);
  }
}
