// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.t5;

import dev.gatun.nn.Attention;
import dev.gatun.nn.CrossAttention;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.FeedForward;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.LayerScope;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RelativePositionBias;
import dev.gatun.nn.RmsNorm;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder or the decoder: x += attention(norm(x)), in the decoder x += crossAttention(norm(x)),
 * x += feedForward(norm(x)); a last norm. Scores are not scaled; those of self-attention get the
 * bias of the stack's one table of relative positions.
 */
final class T5Stack {
  private record Block(
      RmsNorm attentionNorm,
      Attention attention,
      RmsNorm crossAttentionNorm,
      CrossAttention crossAttention,
      RmsNorm feedForwardNorm,
      FeedForward feedForward) {}

  private final String name;
  private final Embedding embedding;
  private final float dropout;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm norm;

  private T5Stack(
      String name, T5Config config, Parameter words, ParameterSource source, boolean decoder) {
    this.name = name;
    this.dropout = (float) config.dropoutRate();
    this.embedding = new Embedding(words, null, null, null, 1);
    RelativePositionBias bias =
        new RelativePositionBias(
            source.table(
                "block.0.layer.0.SelfAttention.relative_attention_bias.weight",
                config.relativeAttentionNumBuckets(),
                config.numHeads()),
            !decoder,
            config.relativeAttentionMaxDistance());
    int layers = decoder ? config.numDecoderLayers() : config.numLayers();
    for (int i = 0; i < layers; i++) {
      blocks.add(block(config, source.at("block." + i + ".layer."), bias, decoder));
    }
    this.norm = norm(config, source, "final_layer_norm");
  }

  static T5Stack encoder(T5Config config, Parameter words, ParameterSource source) {
    return new T5Stack("encoder", config, words, source, false);
  }

  static T5Stack decoder(T5Config config, Parameter words, ParameterSource source) {
    return new T5Stack("decoder", config, words, source, true);
  }

  private static RmsNorm norm(T5Config config, ParameterSource source, String name) {
    return new RmsNorm(source, name, config.dModel(), config.layerNormEpsilon(), 0);
  }

  private static Block block(
      T5Config config, ParameterSource source, RelativePositionBias bias, boolean decoder) {
    int hidden = config.dModel();
    int inner = config.numHeads() * config.dKv();
    ParameterSource self = source.at("0.SelfAttention.");
    Attention attention =
        new Attention(
                new Linear(self, "q", hidden, inner, false),
                new Linear(self, "k", hidden, inner, false),
                new Linear(self, "v", hidden, inner, false),
                new Linear(self, "o", inner, hidden, false),
                null,
                null,
                options(config, decoder),
                source.arithmetic())
            .withBias(bias);
    ParameterSource cross = source.at("1.EncDecAttention.");
    CrossAttention crossAttention =
        decoder
            ? new CrossAttention(
                new Linear(cross, "q", hidden, inner, false),
                new Linear(cross, "k", hidden, inner, false),
                new Linear(cross, "v", hidden, inner, false),
                new Linear(cross, "o", inner, hidden, false),
                options(config, false),
                source.arithmetic())
            : null;
    ParameterSource last = source.at(decoder ? "2." : "1.");
    return new Block(
        norm(config, source, "0.layer_norm"),
        attention,
        decoder ? norm(config, source, "1.layer_norm") : null,
        crossAttention,
        norm(config, last, "layer_norm"),
        feedForward(config, last.at("DenseReluDense.")));
  }

  private static Attention.Options options(T5Config config, boolean causal) {
    float dropout = (float) config.dropoutRate();
    int heads = config.numHeads();
    Mask mask = new Mask(1, 0, causal, 0);
    return new Attention.Options(heads, heads, config.dKv(), mask, dropout, dropout);
  }

  private static FeedForward feedForward(T5Config config, ParameterSource source) {
    int hidden = config.dModel();
    Activation activation = Activation.ofName(config.activation());
    Linear down = new Linear(source, "wo", config.dFf(), hidden, false);
    FeedForward plain =
        config.isGated()
            ? FeedForward.gated(
                new Linear(source, "wi_0", hidden, config.dFf(), false),
                new Linear(source, "wi_1", hidden, config.dFf(), false),
                down,
                activation)
            : FeedForward.plain(
                new Linear(source, "wi", hidden, config.dFf(), false), down, activation);
    return plain.withDropout(config.dropoutRate(), config.dropoutRate());
  }

  /** [N] ids to [N, E]. */
  Tensor forward(Context context, SequenceBatch batch) {
    Tensor x = Elementwise.dropout(context, embedding.forward(context, batch), dropout, null);
    for (int i = 0; i < blocks.size(); i++) {
      context.show(name + "_hidden_states", i, x);
      int layer = i;
      x = LayerScope.run(context, x, in -> block(context, in, batch, layer));
    }
    Tensor y = Elementwise.dropout(context, norm.forward(context, x), dropout, null);
    context.show(name + "_hidden_states", blocks.size(), y);
    return y;
  }

  private Tensor block(Context context, Tensor x, SequenceBatch batch, int layer) {
    Block block = blocks.get(layer);
    Tensor normed = block.attentionNorm().forward(context, x);
    Tensor y = block.attention().addTo(context, normed, x, batch, Rotation.NONE, layer);
    if (block.crossAttention() != null) {
      Tensor crossed = block.crossAttentionNorm().forward(context, y);
      y = block.crossAttention().addTo(context, crossed, y, batch.source(), layer);
    }
    return block.feedForward().addTo(context, block.feedForwardNorm().forward(context, y), y);
  }

  /** Puts keys and values of the encoder's states into the cache of each layer. */
  void project(Context context, Tensor states, KvCache cache, Tensor slots) {
    for (int i = 0; i < blocks.size(); i++) {
      try (Workspace.Scope _ = context.workspace().scope()) {
        blocks.get(i).crossAttention().project(context, states, cache.layer(i), slots);
      }
    }
  }
}
