// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

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
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Attentions.Mask;
import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;

/** A decoder of one layer with dropout and a tied head, put together from the library's parts. */
final class TinyDecoder implements CausalModel {
  static final int VOCABULARY = 24;
  static final int POSITIONS = 16;
  private static final int HIDDEN = 16;
  private static final int HEADS = 2;
  private static final float DROPOUT = 0.1f;

  private final ModelMemory memory;
  private final Embedding embedding;
  private final LayerNorm attentionNorm;
  private final Attention attention;
  private final LayerNorm feedForwardNorm;
  private final FeedForward feedForward;
  private final LayerNorm norm;
  private final Linear head;

  private TinyDecoder(ParameterSource source, ModelMemory memory) {
    this.memory = memory;
    this.embedding =
        new Embedding(
            source.matrix("wte.weight", VOCABULARY, HIDDEN),
            source.matrix("wpe.weight", POSITIONS, HIDDEN),
            null,
            null,
            1);
    this.attentionNorm = new LayerNorm(source, "ln_1", HIDDEN, 1e-5);
    this.attention =
        new Attention(
            new Linear(source, "q", HIDDEN, HIDDEN, true),
            new Linear(source, "k", HIDDEN, HIDDEN, true),
            new Linear(source, "v", HIDDEN, HIDDEN, true),
            new Linear(source, "o", HIDDEN, HIDDEN, true),
            null,
            null,
            new Attention.Options(
                HEADS, HEADS, HIDDEN / HEADS, new Mask(0, 0, true, 0), DROPOUT, DROPOUT),
            source.arithmetic());
    this.feedForwardNorm = new LayerNorm(source, "ln_2", HIDDEN, 1e-5);
    this.feedForward =
        FeedForward.plain(
                new Linear(source, "up", HIDDEN, 2 * HIDDEN, true),
                new Linear(source, "down", 2 * HIDDEN, HIDDEN, true),
                Activation.ofName("gelu_new"))
            .withDropout(0, DROPOUT);
    this.norm = new LayerNorm(source, "ln_f", HIDDEN, 1e-5);
    this.head = new Linear(embedding.words(), null);
  }

  static TinyDecoder create(Device device, Arithmetic arithmetic, long seed) {
    ModelMemory memory = new ModelMemory("tiny decoder", device, false, arithmetic, false, true);
    RandomParameters source =
        new RandomParameters(
            memory, seed, name -> RandomParameters.usual(name, 0.2), name -> false);
    return new TinyDecoder(source, memory);
  }

  @Override
  public Tensor hidden(Context context, SequenceBatch batch) {
    Tensor embedded = embedding.forward(context, batch);
    context.show("hidden_states", 0, embedded);
    Tensor x = Elementwise.dropout(context, embedded, DROPOUT, null);
    x = LayerScope.run(context, x, in -> block(context, in, batch));
    Tensor y = norm.forward(context, x);
    context.show("hidden_states", 1, y);
    return y;
  }

  private Tensor block(Context context, Tensor x, SequenceBatch batch) {
    Tensor normed = attentionNorm.forward(context, x);
    Tensor sum = attention.addTo(context, normed, x, batch, Rotation.NONE, 0);
    return feedForward.addTo(context, feedForwardNorm.forward(context, sum), sum);
  }

  @Override
  public Tensor logits(Context context, Tensor hidden, Tensor rows) {
    return head.forward(context, hidden, rows, Epilogue.NONE);
  }

  @Override
  public Linear head() {
    return head;
  }

  @Override
  public String architecture() {
    return "tiny";
  }

  @Override
  public ModelMemory memory() {
    return memory;
  }

  @Override
  public int vocabularySize() {
    return VOCABULARY;
  }

  @Override
  public int contextLength() {
    return POSITIONS;
  }

  @Override
  public KvCache.Shape cacheShape() {
    return new KvCache.Shape(1, HEADS, HIDDEN / HEADS, arithmetic().cacheType());
  }
}
