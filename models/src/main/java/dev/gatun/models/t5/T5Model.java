// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.t5;

import dev.gatun.nn.KvCache;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/** Encoder and decoder over one word table, with a head of their own or that table. */
public final class T5Model implements Seq2SeqModel {
  private final String architecture;
  private final T5Config config;
  private final ModelMemory memory;
  private final T5Stack encoder;
  private final T5Stack decoder;
  private final Linear head;
  private final Epilogue scaled;

  /**
   * Builds the model; parameter names have no prefix.
   *
   * @param architecture the name that files give it, such as "t5"
   */
  public T5Model(String architecture, T5Config config, ParameterSource source, ModelMemory memory) {
    this.architecture = architecture;
    this.config = config;
    this.memory = memory;
    boolean ownHead = source.has("lm_head.weight");
    int hidden = config.dModel();
    Parameter words =
        ownHead
            ? source.preciseMatrix("shared.weight", config.vocabSize(), hidden)
            : source.matrix("shared.weight", config.vocabSize(), hidden);
    this.encoder = T5Stack.encoder(config, words, source.at("encoder."));
    this.decoder = T5Stack.decoder(config, words, source.at("decoder."));
    this.head =
        ownHead
            ? new Linear(source, "lm_head", hidden, config.vocabSize(), false)
            : new Linear(words, null);
    float scale = config.scaleDecoderOutputs() ? (float) (1 / Math.sqrt(hidden)) : 1;
    this.scaled = new Epilogue(Activation.NONE, null, scale, 0);
  }

  @Override
  public Tensor encode(Context context, SequenceBatch sources) {
    return encoder.forward(context, sources);
  }

  @Override
  public void project(Context context, Tensor states, KvCache cache, Tensor slots) {
    decoder.project(context, states, cache, slots);
  }

  @Override
  public Tensor hidden(Context context, SequenceBatch batch) {
    return decoder.forward(context, batch);
  }

  @Override
  public Tensor logits(Context context, Tensor hidden, Tensor rows) {
    return head.forward(context, hidden, rows, scaled);
  }

  @Override
  public Linear head() {
    return head;
  }

  @Override
  public float headScale() {
    return scaled.scale();
  }

  /** The configuration. */
  public T5Config config() {
    return config;
  }

  @Override
  public String architecture() {
    return architecture;
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
  public int sourceLength() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int contextLength() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int startToken() {
    return config.decoderStartTokenId();
  }

  @Override
  public int padToken() {
    return config.padTokenId();
  }

  @Override
  public KvCache.Shape cacheShape() {
    return new KvCache.Shape(
        config.numDecoderLayers(), config.numHeads(), config.dKv(), arithmetic().cacheType());
  }

  @Override
  public KvCache.Shape sourceCacheShape() {
    return cacheShape();
  }
}
