// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.llama;

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
import dev.gatun.nn.RotaryConfig;
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
 * A decoder of pre-norm blocks: x += attention(norm(x)); x += feedForward(norm(x)); then a norm and
 * the head. [N] ids to [N, E] hidden states to [N, V] logits.
 */
public final class LlamaModel implements CausalModel {
  private static final int DYNAMIC_GROWTH = 16;

  private record Block(
      RmsNorm attentionNorm,
      Attention attention,
      RmsNorm feedForwardNorm,
      FeedForward feedForward) {}

  private final LlamaConfig config;
  private final ModelMemory memory;
  private final Embedding embedding;
  private final RotaryEmbedding rotary;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm norm;
  private final Linear head;

  /**
   * Builds the model from its parameters.
   *
   * @param rotaryDivisors a file's table of frequency divisors, or null
   */
  public LlamaModel(
      LlamaConfig config, ParameterSource source, ModelMemory memory, float[] rotaryDivisors) {
    this.config = config;
    this.memory = memory;
    int hidden = config.hiddenSize();
    this.embedding =
        new Embedding(
            source.matrix("model.embed_tokens.weight", config.vocabSize(), hidden),
            null,
            null,
            null,
            1);
    this.rotary = new RotaryEmbedding(source, "rotary", config.rope(), rotaryDivisors);
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      blocks.add(block(config, source.at("model.layers." + i + "."), i));
    }
    this.norm = new RmsNorm(source, "model.norm", hidden, config.rmsNormEps(), 0);
    boolean tied = config.tieWordEmbeddings() || !source.has("lm_head.weight");
    this.head =
        tied
            ? new Linear(embedding.words(), null)
            : new Linear(source, "lm_head", hidden, config.vocabSize(), false);
  }

  private static Block block(LlamaConfig config, ParameterSource source, int index) {
    int hidden = config.hiddenSize();
    int size = config.headDim();
    int queries = config.numAttentionHeads() * size;
    int keys = config.numKeyValueHeads() * size;
    double eps = config.rmsNormEps();
    boolean bias = config.attentionBias();
    boolean normed = config.queryKeyNorm();
    Attention attention =
        new Attention(
            new Linear(source, "self_attn.q_proj", hidden, queries, bias),
            new Linear(source, "self_attn.k_proj", hidden, keys, bias),
            new Linear(source, "self_attn.v_proj", hidden, keys, bias),
            new Linear(source, "self_attn.o_proj", queries, hidden, config.outputBias()),
            normed ? new RmsNorm(source, "self_attn.q_norm", size, eps, 0) : null,
            normed ? new RmsNorm(source, "self_attn.k_norm", size, eps, 0) : null,
            new Attention.Options(
                config.numAttentionHeads(),
                config.numKeyValueHeads(),
                size,
                new Mask(0, 0, true, config.slidingWindows().get(index)),
                (float) config.attentionDropout(),
                0),
            source.arithmetic());
    int inner = config.intermediateSize();
    boolean mlpBias = config.mlpBias();
    FeedForward feedForward =
        FeedForward.gated(
            new Linear(source, "mlp.gate_proj", hidden, inner, mlpBias),
            new Linear(source, "mlp.up_proj", hidden, inner, mlpBias),
            new Linear(source, "mlp.down_proj", inner, hidden, mlpBias),
            Activation.ofName(config.hiddenAct()));
    return new Block(
        new RmsNorm(source, "input_layernorm", hidden, eps, 0),
        attention,
        new RmsNorm(source, "post_attention_layernorm", hidden, eps, 0),
        feedForward);
  }

  @Override
  public Tensor hidden(Context context, SequenceBatch batch) {
    Tensor x = embedding.forward(context, batch);
    Rotation rotation = rotary.rotation(context, batch);
    for (int i = 0; i < blocks.size(); i++) {
      context.show("hidden_states", i, x);
      int layer = i;
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
    Tensor sum = block.attention().addTo(context, normed, x, batch, rotation, layer);
    Tensor inner = block.feedForwardNorm().forward(context, sum);
    return block.feedForward().addTo(context, inner, sum);
  }

  @Override
  public Tensor logits(Context context, Tensor hidden, Tensor rows) {
    return head.forward(context, hidden, rows, Epilogue.NONE);
  }

  @Override
  public Linear head() {
    return head;
  }

  /** The configuration. */
  public LlamaConfig config() {
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

  /** Dynamic scaling has no trained limit; the bound keeps the page tables of its caches small. */
  @Override
  public int contextLength() {
    boolean dynamic = config.rope().type() == RotaryConfig.Type.DYNAMIC;
    return config.maxPositionEmbeddings() * (dynamic ? DYNAMIC_GROWTH : 1);
  }

  @Override
  public int cacheValidLength() {
    return rotary.validLength();
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
