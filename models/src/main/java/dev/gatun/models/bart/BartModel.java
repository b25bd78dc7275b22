// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bart;

import dev.gatun.nn.KvCache;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/**
 * Encoder and decoder with a head, which usually shares their word table: logits = h wordsᵀ + bias,
 * the bias being a fixed one of the file.
 */
public final class BartModel implements Seq2SeqModel {
  private final BartConfig config;
  private final ModelMemory memory;
  private final BartStack encoder;
  private final BartStack decoder;
  private final Linear head;

  /**
   * Builds the model; parameter names have no prefix.
   *
   * @param logitsBias [V] or null
   */
  public BartModel(
      BartConfig config, ParameterSource source, ModelMemory memory, Parameter logitsBias) {
    this.config = config;
    this.memory = memory;
    boolean tied = config.tieWordEmbeddings();
    this.encoder =
        BartStack.encoder(
            config,
            words(config, source, tied ? "shared" : "encoder.embed_tokens"),
            source.at("encoder."));
    this.decoder =
        BartStack.decoder(
            config,
            words(config, source, tied ? "shared" : "decoder.embed_tokens"),
            source.at("decoder."));
    boolean own = !tied && source.has("lm_head.weight"); // a classifier has none
    String scores = own ? "lm_head" : tied ? "shared" : "decoder.embed_tokens";
    this.head = new Linear(words(config, source, scores), logitsBias);
  }

  private static Parameter words(BartConfig config, ParameterSource source, String name) {
    return source.matrix(name + ".weight", config.vocabSize(), config.dModel());
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
    return head.forward(context, hidden, rows, Epilogue.NONE);
  }

  @Override
  public Linear head() {
    return head;
  }

  /** The configuration. */
  public BartConfig config() {
    return config;
  }

  @Override
  public String architecture() {
    return "bart";
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
    return config.maxPositionEmbeddings();
  }

  @Override
  public int contextLength() {
    return config.maxPositionEmbeddings();
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
    int heads = config.decoderAttentionHeads();
    return new KvCache.Shape(
        config.decoderLayers(), heads, config.dModel() / heads, arithmetic().cacheType());
  }

  @Override
  public KvCache.Shape sourceCacheShape() {
    return cacheShape();
  }
}
