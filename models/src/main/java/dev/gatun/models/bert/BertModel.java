// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.Attention;
import dev.gatun.nn.Embedding;
import dev.gatun.nn.FeedForward;
import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.LayerScope;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.TaskModel;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The encoder: e = norm(word + type + position); per layer a = norm(x + attention(x)), x = norm(a +
 * feedForward(a)). [N] ids to [N, E]. The pooler, tanh(W x[first] + b), is there if the file has
 * it.
 */
public final class BertModel implements TaskModel {
  private record Block(
      Attention attention,
      LayerNorm attentionNorm,
      FeedForward feedForward,
      LayerNorm feedForwardNorm) {}

  private final BertConfig config;
  private final ModelMemory memory;
  private final Embedding embedding;
  private final List<Block> blocks = new ArrayList<>();
  private final Linear pooler;

  /** Builds the encoder; parameter names have no prefix. */
  public BertModel(BertConfig config, ParameterSource source, ModelMemory memory) {
    this.config = config;
    this.memory = memory;
    int hidden = config.hiddenSize();
    this.embedding =
        new Embedding(
                source.preciseMatrix(
                    "embeddings.word_embeddings.weight", config.vocabSize(), hidden),
                source.preciseMatrix(
                    "embeddings.position_embeddings.weight",
                    config.maxPositionEmbeddings(),
                    hidden),
                source.preciseMatrix(
                    "embeddings.token_type_embeddings.weight", config.typeVocabSize(), hidden),
                new LayerNorm(source, "embeddings.LayerNorm", hidden, config.layerNormEps()),
                1)
            .withPaddingId(config.padTokenId());
    for (int i = 0; i < config.numHiddenLayers(); i++) {
      blocks.add(block(config, source.at("encoder.layer." + i + ".")));
    }
    this.pooler =
        source.has("pooler.dense.weight")
            ? new Linear(source, "pooler.dense", hidden, hidden, true)
            : null;
  }

  private static Block block(BertConfig config, ParameterSource source) {
    int hidden = config.hiddenSize();
    int heads = config.numAttentionHeads();
    double eps = config.layerNormEps();
    // Most of the error of 8 bits comes from values and the output projection (measured on MiniLM).
    Attention attention =
        new Attention(
            new Linear(source, "attention.self.query", hidden, hidden, true),
            new Linear(source, "attention.self.key", hidden, hidden, true),
            Linear.precise(source, "attention.self.value", hidden, hidden),
            Linear.precise(source, "attention.output.dense", hidden, hidden),
            null,
            null,
            new Attention.Options(
                heads,
                heads,
                hidden / heads,
                new Mask(0, 0, false, 0),
                (float) config.attentionProbsDropoutProb(),
                (float) config.hiddenDropoutProb()),
            source.arithmetic());
    int inner = config.intermediateSize();
    FeedForward feedForward =
        FeedForward.plain(
                new Linear(source, "intermediate.dense", hidden, inner, true),
                new Linear(source, "output.dense", inner, hidden, true),
                Activation.ofName(config.hiddenAct()))
            .withDropout(0, config.hiddenDropoutProb());
    return new Block(
        attention,
        new LayerNorm(source, "attention.output.LayerNorm", hidden, eps),
        feedForward,
        new LayerNorm(source, "output.LayerNorm", hidden, eps));
  }

  @Override
  public Tensor encode(Context context, SequenceBatch batch) {
    SequenceBatch typed = batch.withTypes(context);
    Tensor embedded = embedding.forward(context, typed);
    Tensor x = Elementwise.dropout(context, embedded, hiddenDropout(), null);
    for (int i = 0; i < blocks.size(); i++) {
      context.show("hidden_states", i, x);
      int layer = i;
      x = LayerScope.run(context, x, in -> block(context, in, typed, layer));
    }
    context.show("hidden_states", blocks.size(), x);
    return x;
  }

  private Tensor block(Context context, Tensor x, SequenceBatch batch, int layer) {
    Block block = blocks.get(layer);
    Tensor attended = block.attention().forward(context, x, batch, Rotation.NONE, layer);
    Tensor sum = block.attentionNorm().normSum(context, attended, x);
    Tensor fed = block.feedForward().forward(context, sum);
    return block.feedForwardNorm().normSum(context, fed, sum);
  }

  private float hiddenDropout() {
    return (float) config.hiddenDropoutProb();
  }

  /**
   * The pooled first token of each sequence: [N, E] to [B, E].
   *
   * @throws IllegalStateException if the file has no pooler
   */
  public Tensor pooled(Context context, Tensor hidden, SequenceBatch batch) {
    if (pooler == null) {
      throw new IllegalStateException("bert: the model has no pooler");
    }
    Tensor first = Rows.pooling(context, hidden, batch.cuSeqlens(), Rows.Pooling.CLS, false);
    return pooler.forward(context, first, Epilogue.of(Activation.TANH));
  }

  /**
   * {@code last_hidden_state} [N, E] and, where there is a pooler, {@code pooler_output} [B, E].
   */
  @Override
  public Map<String, Tensor> outputs(Context context, SequenceBatch batch) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    Tensor hidden = encode(context, batch);
    outputs.put("last_hidden_state", hidden);
    if (pooler != null) {
      outputs.put("pooler_output", pooled(context, hidden, batch));
    }
    return outputs;
  }

  Embedding embedding() {
    return embedding;
  }

  /** The configuration. */
  public BertConfig config() {
    return config;
  }

  @Override
  public String architecture() {
    return "bert";
  }

  @Override
  public ModelMemory memory() {
    return memory;
  }

  @Override
  public int hiddenSize() {
    return config.hiddenSize();
  }

  @Override
  public int contextLength() {
    return config.maxPositionEmbeddings();
  }
}
