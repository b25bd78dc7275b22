// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Attentions;
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
 * Attention of a decoder to the states of an encoder, [N, E] to [N, E]: softmax(scale Q Kᵀ) V per
 * head with queries of the batch and keys and values of its {@link SequenceBatch#source() source},
 * all of which a query sees. Vaswani et al. 2017, arXiv 1706.03762.
 */
public final class CrossAttention implements Layer {
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear output;
  private final Attention.Options options;
  private final Arithmetic arithmetic;

  /**
   * Around existing projections.
   *
   * @param options whose mask lets a query see all keys
   */
  public CrossAttention(
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      Attention.Options options,
      Arithmetic arithmetic) {
    this.query = query;
    this.key = key;
    this.value = value;
    this.output = output;
    this.options = options;
    this.arithmetic = arithmetic;
  }

  /**
   * One step.
   *
   * @param x [N, E]
   * @param source of the batch
   * @param layer number of the layer in a cache of sources
   * @return [N, E]
   */
  public Tensor forward(Context context, Tensor x, SourceStates source, int layer) {
    Tensor y = output.forward(context, attend(context, x, source, layer));
    return Elementwise.dropout(context, y, options.dropout(), null);
  }

  /**
   * residual + forward(x); both [N, E].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor addTo(Context context, Tensor x, Tensor residual, SourceStates source, int layer) {
    Tensor attended = attend(context, x, source, layer);
    return output.addTo(context, attended, residual, options.dropout());
  }

  private Tensor attend(Context context, Tensor x, SourceStates source, int layer) {
    Tensor q = heads(query.forward(context, x), options.heads());
    Tensor attended =
        switch (source) {
          case SourceStates.Encoded encoded -> {
            Tensor[] kv = keysAndValues(context, encoded.states());
            yield Attentions.attention(
                context,
                q,
                kv[0],
                kv[1],
                encoded.cuTargets(),
                encoded.cuSeqlens(),
                0,
                options.mask(),
                null,
                options.keyDropout(),
                arithmetic,
                query.weight().isBatchInvariant());
          }
          case SourceStates.Cached cached ->
              Attentions.attention(
                  context,
                  q,
                  cached.cache().layer(layer),
                  cached.cuTargets(),
                  cached.pageTable(),
                  cached.lengths(),
                  0,
                  options.mask(),
                  null,
                  arithmetic,
                  query.weight().isBatchInvariant());
        };
    return attended.reshape(x.dim(0), (long) options.heads() * options.headSize());
  }

  /**
   * Stores the keys and values of source tokens.
   *
   * @param states [M, E]
   * @param pages of this layer
   * @param slots [M] page * pageTokens + offset
   */
  public void project(Context context, Tensor states, KvPages pages, Tensor slots) {
    Tensor[] kv = keysAndValues(context, states);
    Attentions.rotaryAppend(context, null, kv[0], kv[1], null, Rotation.NONE, pages, slots);
  }

  private Tensor[] keysAndValues(Context context, Tensor states) {
    Tensor[] kv =
        Products.linear(
            context,
            states,
            new Weight[] {key.weight(), value.weight()},
            new Tensor[] {key.bias(), value.bias()});
    return new Tensor[] {heads(kv[0], options.kvHeads()), heads(kv[1], options.kvHeads())};
  }

  private Tensor heads(Tensor x, int count) {
    return x.reshape(x.dim(0), count, options.headSize());
  }

  @Override
  public List<Parameter> parameters() {
    return Layer.parametersOf(query, key, value, output);
  }
}
