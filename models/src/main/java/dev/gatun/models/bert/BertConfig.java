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
 * @param padTokenId the word that gets no gradient from the embedding
 * @param hiddenDropoutProb dropout of embeddings and of what is added to the residual, in training
 * @param attentionProbsDropoutProb dropout of the attention's weights
 * @param classifierDropout dropout before a classifier
 * @param tieWordEmbeddings the prediction head shares the word table
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
    double layerNormEps,
    int padTokenId,
    double hiddenDropoutProb,
    double attentionProbsDropoutProb,
    double classifierDropout,
    boolean tieWordEmbeddings) {
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
    Checks.probability("hidden_dropout_prob", hiddenDropoutProb);
    Checks.probability("attention_probs_dropout_prob", attentionProbsDropoutProb);
    Checks.probability("classifier_dropout", classifierDropout);
  }
}
