// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bart;

import dev.gatun.nn.Attention;
import dev.gatun.nn.CrossAttention;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.FeedForward;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.LayerScope;
import dev.gatun.nn.Linear;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ParameterSource;
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
 * The encoder or the decoder: e = norm(s word + position), s = √E or 1; per layer x = norm(x +
 * attention(x)), in the decoder x = norm(x + crossAttention(x)), x = norm(x + feedForward(x)).
 */
final class BartStack {
  /** Rows of a position table before that of the first token. */
  static final int FIRST_POSITION = 2;

  private record Block(
      Attention attention,
      LayerNorm attentionNorm,
      CrossAttention crossAttention,
      LayerNorm crossAttentionNorm,
      FeedForward feedForward,
      LayerNorm feedForwardNorm) {}

  private static final double EPS = 1e-5;

  private final String name;
  private final Embedding embedding;
  private final float dropout;
  private final List<Block> blocks = new ArrayList<>();

  private BartStack(String name, BartConfig config, Parameter words, ParameterSource source) {
    this.name = name;
    this.embedding = embedding(config, words, source);
    this.dropout = (float) config.dropout();
  }

  static BartStack encoder(BartConfig config, Parameter words, ParameterSource source) {
    BartStack stack = new BartStack("encoder", config, words, source);
    for (int i = 0; i < config.encoderLayers(); i++) {
      ParameterSource layer = source.at("layers." + i + ".");
      int heads = config.encoderAttentionHeads();
      stack.blocks.add(block(config, layer, heads, config.encoderFfnDim(), false));
    }
    return stack;
  }

  static BartStack decoder(BartConfig config, Parameter words, ParameterSource source) {
    BartStack stack = new BartStack("decoder", config, words, source);
    for (int i = 0; i < config.decoderLayers(); i++) {
      ParameterSource layer = source.at("layers." + i + ".");
      int heads = config.decoderAttentionHeads();
      stack.blocks.add(block(config, layer, heads, config.decoderFfnDim(), true));
    }
    return stack;
  }

  private static Embedding embedding(BartConfig config, Parameter words, ParameterSource source) {
    int hidden = config.dModel();
    int rows = config.maxPositionEmbeddings() + FIRST_POSITION;
    return new Embedding(
            words,
            source.preciseMatrix("embed_positions.weight", rows, hidden),
            null,
            norm(source, "layernorm_embedding", hidden),
            config.scaleEmbedding() ? (float) Math.sqrt(hidden) : 1)
        .withFirstPosition(FIRST_POSITION)
        .withPaddingId(config.padTokenId());
  }

  private static Attention.Options options(BartConfig config, int heads, boolean causal) {
    return new Attention.Options(
        heads,
        heads,
        config.dModel() / heads,
        new Mask(0, 0, causal, 0),
        (float) config.attentionDropout(),
        (float) config.dropout());
  }

  private static LayerNorm norm(ParameterSource source, String name, int hidden) {
    return new LayerNorm(source, name, hidden, EPS);
  }

  private static Block block(
      BartConfig config, ParameterSource source, int heads, int inner, boolean decoder) {
    int hidden = config.dModel();
    Attention attention =
        new Attention(
            new Linear(source, "self_attn.q_proj", hidden, hidden, true),
            new Linear(source, "self_attn.k_proj", hidden, hidden, true),
            new Linear(source, "self_attn.v_proj", hidden, hidden, true),
            new Linear(source, "self_attn.out_proj", hidden, hidden, true),
            null,
            null,
            options(config, heads, decoder),
            source.arithmetic());
    CrossAttention crossAttention =
        decoder
            ? new CrossAttention(
                new Linear(source, "encoder_attn.q_proj", hidden, hidden, true),
                new Linear(source, "encoder_attn.k_proj", hidden, hidden, true),
                new Linear(source, "encoder_attn.v_proj", hidden, hidden, true),
                new Linear(source, "encoder_attn.out_proj", hidden, hidden, true),
                options(config, heads, false),
                source.arithmetic())
            : null;
    FeedForward feedForward =
        FeedForward.plain(
                new Linear(source, "fc1", hidden, inner, true),
                new Linear(source, "fc2", inner, hidden, true),
                Activation.ofName(config.activationFunction()))
            .withDropout(config.activationDropout(), config.dropout());
    return new Block(
        attention,
        norm(source, "self_attn_layer_norm", hidden),
        crossAttention,
        decoder ? norm(source, "encoder_attn_layer_norm", hidden) : null,
        feedForward,
        norm(source, "final_layer_norm", hidden));
  }

  /** [N] ids to [N, E]. */
  Tensor forward(Context context, SequenceBatch batch) {
    Tensor x = Elementwise.dropout(context, embedding.forward(context, batch), dropout, null);
    for (int i = 0; i < blocks.size(); i++) {
      context.show(name + "_hidden_states", i, x);
      int layer = i;
      x = LayerScope.run(context, x, in -> block(context, in, batch, layer));
    }
    context.show(name + "_hidden_states", blocks.size(), x);
    return x;
  }

  private Tensor block(Context context, Tensor x, SequenceBatch batch, int layer) {
    Block block = blocks.get(layer);
    Tensor attended = block.attention().forward(context, x, batch, Rotation.NONE, layer);
    Tensor y = block.attentionNorm().normSum(context, attended, x);
    if (block.crossAttention() != null) {
      Tensor crossed = block.crossAttention().forward(context, y, batch.source(), layer);
      y = block.crossAttentionNorm().normSum(context, crossed, y);
    }
    return block.feedForwardNorm().normSum(context, block.feedForward().forward(context, y), y);
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
