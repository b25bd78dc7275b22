// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.t5;

import dev.gatun.models.Checks;

/**
 * What a T5 model is; names are Hugging Face's.
 *
 * @param vocabSize V
 * @param dModel E
 * @param dKv D; heads times it may differ from E
 * @param dFf F
 * @param numLayers layers of the encoder
 * @param numDecoderLayers layers of the decoder
 * @param numHeads H
 * @param relativeAttentionNumBuckets rows of the tables of relative positions
 * @param relativeAttentionMaxDistance from here on positions share the last bucket
 * @param dropoutRate of all dropout, in training
 * @param layerNormEpsilon epsilon of every norm
 * @param feedForwardProj {@code relu}, {@code gated-gelu} or {@code gated-silu}
 * @param scaleDecoderOutputs states are divided by √E before the head
 * @param classifierDropout around the first product of a classification head, in training
 * @param padTokenId padding, and what is put where a label is ignored
 * @param eosTokenId the end of a sequence
 * @param decoderStartTokenId the first token of every target
 */
public record T5Config(
    int vocabSize,
    int dModel,
    int dKv,
    int dFf,
    int numLayers,
    int numDecoderLayers,
    int numHeads,
    int relativeAttentionNumBuckets,
    int relativeAttentionMaxDistance,
    double dropoutRate,
    double layerNormEpsilon,
    String feedForwardProj,
    boolean scaleDecoderOutputs,
    double classifierDropout,
    int padTokenId,
    int eosTokenId,
    int decoderStartTokenId) {
  private static final String GATED = "gated-";

  /** Checks every range that sizes memory. */
  public T5Config {
    Checks.vocabulary("vocab_size", vocabSize);
    Checks.width("d_model", dModel);
    Checks.width("d_kv", dKv);
    Checks.width("d_ff", dFf);
    Checks.layers("num_layers", numLayers);
    Checks.layers("num_decoder_layers", numDecoderLayers);
    Checks.width("num_heads", numHeads);
    Checks.width("relative_attention_num_buckets", relativeAttentionNumBuckets);
    Checks.width("relative_attention_max_distance", relativeAttentionMaxDistance);
    Checks.probability("dropout_rate", dropoutRate);
    Checks.epsilon("layer_norm_epsilon", layerNormEpsilon);
    Checks.probability("classifier_dropout", classifierDropout);
    Checks.token("pad_token_id", padTokenId, vocabSize);
    Checks.token("eos_token_id", eosTokenId, vocabSize);
    Checks.token("decoder_start_token_id", decoderStartTokenId, vocabSize);
  }

  /** Whether the feed-forward has a gate. */
  public boolean isGated() {
    return feedForwardProj.startsWith(GATED);
  }

  /** The name of the feed-forward's activation; {@code gated-gelu} has always meant gelu_new. */
  public String activation() {
    String name = isGated() ? feedForwardProj.substring(GATED.length()) : feedForwardProj;
    return isGated() && name.equals("gelu") ? "gelu_new" : name;
  }
}
