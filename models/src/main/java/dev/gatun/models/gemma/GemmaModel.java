// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.gemma;

import dev.gatun.nn.Attention;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.FeedForward;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.LayerScope;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.RmsNorm;
import dev.gatun.nn.RotaryEmbedding;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder of sandwich-norm blocks: x += norm(attention(norm(x))); x +=
 * norm(feedForward(norm(x))).
 */
public final class GemmaModel implements CausalModel {
  private record Block(
      RmsNorm attentionNorm,
      Attention attention,
      RmsNorm postAttentionNorm,
      RmsNorm feedForwardNorm,
      FeedForward feedForward,
      RmsNorm postFeedForwardNorm,
      boolean sliding) {}

  private final GemmaConfig config;
  private final ModelMemory memory;
  private final Embedding embedding;
  private final RotaryEmbedding fullRotary;
  private final RotaryEmbedding slidingRotary;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm norm;
  private final Linear head;

  /** Builds the model from its parameters. */
  public GemmaModel(GemmaConfig config, ParameterSource source, ModelMemory memory) {
    this.config = config;
    this.memory = memory;
    int hidden = config.hiddenSize();
    this.embedding =
        new Embedding(
            source.matrix("model.embed_tokens.weight", config.vocabSize(), hidden),
            null,
            null,
            null,
            config.embeddingScale());
    this.fullRotary = new RotaryEmbedding(source, "rotary.full", config.fullRope(), null);
    this.slidingRotary = new RotaryEmbedding(source, "rotary.sliding", config.slidingRope(), null);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      blocks.add(block(config, source.at("model.layers." + i + "."), i));
    }
    this.norm = norm(config, source, "model.norm");
    this.head =
        source.has("lm_head.weight")
            ? new Linear(source, "lm_head", hidden, config.vocabSize(), false)
            : new Linear(embedding.words(), null);
  }

  private static RmsNorm norm(GemmaConfig config, ParameterSource source, String name) {
    return new RmsNorm(source, name, config.hiddenSize(), config.rmsNormEps(), config.normOffset());
  }

  private static RmsNorm headNorm(GemmaConfig config, ParameterSource source, String name) {
    return config.queryKeyNorm()
        ? new RmsNorm(source, name, config.headDim(), config.rmsNormEps(), config.normOffset())
        : null;
  }

  private static Block block(GemmaConfig config, ParameterSource source, int index) {
    int hidden = config.hiddenSize();
    int queries = config.numAttentionHeads() * config.headDim();
    int keys = config.numKeyValueHeads() * config.headDim();
    int window = config.slidingWindows().get(index);
    Attention attention =
        new Attention(
            new Linear(source, "self_attn.q_proj", hidden, queries, false),
            new Linear(source, "self_attn.k_proj", hidden, keys, false),
            new Linear(source, "self_attn.v_proj", hidden, keys, false),
            new Linear(source, "self_attn.o_proj", queries, hidden, false),
            headNorm(config, source, "self_attn.q_norm"),
            headNorm(config, source, "self_attn.k_norm"),
            new Attention.Options(
                config.numAttentionHeads(),
                config.numKeyValueHeads(),
                config.headDim(),
                new Mask(
                    (float) Math.pow(config.queryPreAttnScalar(), -0.5),
                    (float) config.attnLogitSoftcapping(),
                    true,
                    window)),
            source.arithmetic());
    int inner = config.intermediateSize();
    FeedForward feedForward =
        FeedForward.gated(
            new Linear(source, "mlp.gate_proj", hidden, inner, false),
            new Linear(source, "mlp.up_proj", hidden, inner, false),
            new Linear(source, "mlp.down_proj", inner, hidden, false),
            Activation.ofName(config.hiddenActivation()));
    return new Block(
        norm(config, source, "input_layernorm"),
        attention,
        norm(config, source, "post_attention_layernorm"),
        norm(config, source, "pre_feedforward_layernorm"),
        feedForward,
        norm(config, source, "post_feedforward_layernorm"),
        window > 0);
  }

  @Override
  public Tensor hidden(Context context, SequenceBatch batch) {
    Tensor x = embedding.forward(context, batch);
    Rotation full = fullRotary.rotation(context, batch);
    Rotation sliding = slidingRotary.rotation(context, batch);
    for (int i = 0; i < blocks.size(); i++) {
      context.show("hidden_states", i, x);
      int layer = i;
      Rotation rotation = blocks.get(i).sliding() ? sliding : full;
      x = LayerScope.run(context, x, in -> block(context, in, batch, rotation, layer));
    }
    Tensor y = norm.forward(context, x);
    context.show("hidden_states", blocks.size(), y);
    return y;
  }

  private Tensor block(
      Context context, Tensor x, SequenceBatch batch, Rotation rotation, int layer) {
    Block block = blocks.get(layer);
    Tensor normed = block.attentionNorm().forward(context, x);
    Tensor attended = block.attention().forward(context, normed, batch, rotation, layer);
    Tensor sum = block.postAttentionNorm().addTo(context, attended, x);
    Tensor inner = block.feedForwardNorm().forward(context, sum);
    Tensor fed = block.feedForward().forward(context, inner);
    return block.postFeedForwardNorm().addTo(context, fed, sum);
  }

  @Override
  public Tensor logits(Context context, Tensor hidden, Tensor rows) {
    return head.forward(
        context,
        hidden,
        rows,
        new Epilogue(Activation.NONE, null, 1, (float) config.finalLogitSoftcapping()));
  }

  @Override
  public Linear head() {
    return head;
  }

  @Override
  public float scoreSoftcap() {
    return (float) config.finalLogitSoftcapping();
  }

  /** The configuration. */
  public GemmaConfig config() {
    return config;
  }

  @Override
  public String architecture() {
    return config.modelType();
  }

  @Override
  public ModelMemory memory() {
    return memory;
  }

  @Override
  public int vocabularySize() {
    return config.vocabSize();
  }

  @Override
  public int contextLength() {
    return config.maxPositionEmbeddings();
  }

  @Override
  public KvCache.Shape cacheShape() {
    return new KvCache.Shape(
        config.numHiddenLayers(),
        config.numKeyValueHeads(),
        config.headDim(),
        arithmetic().cacheType());
  }
}
