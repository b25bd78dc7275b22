// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.models.Checks;

/**
 * What a BERT model is; names are Hugging Face's.
 *
 * @param vocabSize V
 * @param hiddenSize E
 * @param numHiddenLayers L
 * @param numAttentionHeads H
 * @param intermediateSize F
 * @param hiddenAct of the feed-forward and the prediction head
 * @param maxPositionEmbeddings context length
 * @param typeVocabSize token types
 * @param layerNormEps epsilon of every norm
 */
public record BertConfig(
    int vocabSize,
    int hiddenSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int intermediateSize,
    String hiddenAct,
    int maxPositionEmbeddings,
    int typeVocabSize,
    double layerNormEps) {
  /** Checks every range that sizes memory. */
  public BertConfig {
    Checks.vocabulary("vocab_size", vocabSize);
    Checks.width("hidden_size", hiddenSize);
    Checks.layers("num_hidden_layers", numHiddenLayers);
    Checks.width("num_attention_heads", numAttentionHeads);
    Checks.divides("hidden_size", hiddenSize, "num_attention_heads", numAttentionHeads);
    Checks.width("intermediate_size", intermediateSize);
    Checks.vocabulary("max_position_embeddings", maxPositionEmbeddings);
    Checks.width("type_vocab_size", typeVocabSize);
    Checks.epsilon("layer_norm_eps", layerNormEps);
  }
}
