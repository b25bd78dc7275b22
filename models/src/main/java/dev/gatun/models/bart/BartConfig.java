// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bart;

import dev.gatun.models.Checks;

/**
 * What a BART model is; names are Hugging Face's.
 *
 * @param vocabSize V
 * @param dModel E
 * @param encoderLayers layers of the encoder
 * @param decoderLayers layers of the decoder
 * @param encoderAttentionHeads H of the encoder
 * @param decoderAttentionHeads H of the decoder
 * @param encoderFfnDim F of the encoder
 * @param decoderFfnDim F of the decoder
 * @param activationFunction of the feed-forward
 * @param maxPositionEmbeddings most tokens of a source and of a target
 * @param scaleEmbedding embeddings are multiplied by √E
 * @param dropout behind embeddings and blocks, in training
 * @param attentionDropout of the probabilities, in training
 * @param activationDropout inside the feed-forward, in training
 * @param classifierDropout around the first product of a classification head, in training
 * @param padTokenId padding; its embedding gets no gradient
 * @param eosTokenId the end of a sequence
 * @param decoderStartTokenId the first token of every target
 * @param tieWordEmbeddings both stacks and the head share one word table
 */
public record BartConfig(
    int vocabSize,
    int dModel,
    int encoderLayers,
    int decoderLayers,
    int encoderAttentionHeads,
    int decoderAttentionHeads,
    int encoderFfnDim,
    int decoderFfnDim,
    String activationFunction,
    int maxPositionEmbeddings,
    boolean scaleEmbedding,
    double dropout,
    double attentionDropout,
    double activationDropout,
    double classifierDropout,
    int padTokenId,
    int eosTokenId,
    int decoderStartTokenId,
    boolean tieWordEmbeddings) {
  /** Checks every range that sizes memory. */
  public BartConfig {
    Checks.vocabulary("vocab_size", vocabSize);
    Checks.width("d_model", dModel);
    Checks.layers("encoder_layers", encoderLayers);
    Checks.layers("decoder_layers", decoderLayers);
    Checks.width("encoder_attention_heads", encoderAttentionHeads);
    Checks.width("decoder_attention_heads", decoderAttentionHeads);
    Checks.divides("d_model", dModel, "encoder_attention_heads", encoderAttentionHeads);
    Checks.divides("d_model", dModel, "decoder_attention_heads", decoderAttentionHeads);
    Checks.width("encoder_ffn_dim", encoderFfnDim);
    Checks.width("decoder_ffn_dim", decoderFfnDim);
    Checks.vocabulary("max_position_embeddings", maxPositionEmbeddings);
    Checks.probability("dropout", dropout);
    Checks.probability("attention_dropout", attentionDropout);
    Checks.probability("activation_dropout", activationDropout);
    Checks.probability("classifier_dropout", classifierDropout);
    Checks.token("pad_token_id", padTokenId, vocabSize);
    Checks.token("eos_token_id", eosTokenId, vocabSize);
    Checks.token("decoder_start_token_id", decoderStartTokenId, vocabSize);
  }
}
