// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.gpt2;

import dev.gatun.nn.Attention;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.FeedForward;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.LayerScope;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder of pre-norm blocks with LayerNorm, biases and learned positions; the head shares the
 * embedding's matrix.
 */
public final class Gpt2Model implements CausalModel {
  private record Block(
      LayerNorm attentionNorm,
      Attention attention,
      LayerNorm feedForwardNorm,
      FeedForward feedForward) {}

  private final Gpt2Config config;
  private final ModelMemory memory;
  private final Embedding embedding;
  private final List<Block> blocks = new ArrayList<>();
  private final LayerNorm norm;
  private final Linear head;

  /** Builds the model from its parameters. */
  public Gpt2Model(Gpt2Config config, ParameterSource source, ModelMemory memory) {
    this.config = config;
    this.memory = memory;
    this.embedding =
        new Embedding(
            source.matrix("wte.weight", config.vocabSize(), config.nEmbd()),
            source.matrix("wpe.weight", config.nPositions(), config.nEmbd()),
            null,
            null,
            1);
    for (int i = 0; i < config.nLayer(); i++) {
      blocks.add(block(config, source.at("h." + i + "."), i));
    }
    this.norm = new LayerNorm(source, "ln_f", config.nEmbd(), config.layerNormEpsilon());
    this.head =
        source.has("lm_head.weight")
            ? new Linear(source, "lm_head", config.nEmbd(), config.vocabSize(), false)
            : new Linear(embedding.words(), null);
  }

  private static Block block(Gpt2Config config, ParameterSource source, int index) {
    int hidden = config.nEmbd();
    int size = hidden / config.nHead();
    double scale = config.scaleAttnWeights() ? 1 / Math.sqrt(size) : 1;
    if (config.scaleAttnByInverseLayerIdx()) {
      scale /= index + 1;
    }
    Attention attention =
        new Attention(
            new Linear(source, "attn.q_attn", hidden, hidden, true),
            new Linear(source, "attn.k_attn", hidden, hidden, true),
            new Linear(source, "attn.v_attn", hidden, hidden, true),
            new Linear(source, "attn.c_proj", hidden, hidden, true),
            null,
            null,
            new Attention.Options(
                config.nHead(),
                config.nHead(),
                size,
                new Mask((float) scale, 0, true, 0),
                (float) config.attnPdrop(),
                (float) config.residPdrop()),
            source.arithmetic());
    FeedForward feedForward =
        FeedForward.plain(
                new Linear(source, "mlp.c_fc", hidden, config.nInner(), true),
                new Linear(source, "mlp.c_proj", config.nInner(), hidden, true),
                Activation.ofName(config.activationFunction()))
            .withDropout(0, config.residPdrop());
    return new Block(
        new LayerNorm(source, "ln_1", hidden, config.layerNormEpsilon()),
        attention,
        new LayerNorm(source, "ln_2", hidden, config.layerNormEpsilon()),
        feedForward);
  }

  @Override
  public Tensor hidden(Context context, SequenceBatch batch) {
    Tensor embedded = embedding.forward(context, batch);
    Tensor x = Elementwise.dropout(context, embedded, (float) config.embdPdrop(), null);
    for (int i = 0; i < blocks.size(); i++) {
      context.show("hidden_states", i, x);
      int layer = i;
      x = LayerScope.run(context, x, in -> block(context, in, batch, layer));
    }
    Tensor y = norm.forward(context, x);
    context.show("hidden_states", blocks.size(), y);
    return y;
  }

  private Tensor block(Context context, Tensor x, SequenceBatch batch, int layer) {
    Block block = blocks.get(layer);
    Tensor normed = block.attentionNorm().forward(context, x);
    Tensor sum = block.attention().addTo(context, normed, x, batch, Rotation.NONE, layer);
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
  public Gpt2Config config() {
    return config;
  }

  @Override
  public String architecture() {
    return "gpt2";
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
    return config.nPositions();
  }

  @Override
  public KvCache.Shape cacheShape() {
    return new KvCache.Shape(
        config.nLayer(), config.nHead(), config.nEmbd() / config.nHead(), arithmetic().cacheType());
  }
}
