// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.gpt2;

import dev.gatun.models.Checks;

/**
 * What a GPT-2 model is; names are Hugging Face's.
 *
 * @param vocabSize V
 * @param nPositions context length
 * @param nEmbd E
 * @param nLayer L
 * @param nHead H
 * @param nInner F
 * @param layerNormEpsilon epsilon of every norm
 * @param activationFunction of the feed-forward
 * @param scaleAttnWeights scores are divided by √D
 * @param scaleAttnByInverseLayerIdx and by the layer's number
 * @param embdPdrop dropout of the embeddings, in training
 * @param attnPdrop dropout of the attention's weights
 * @param residPdrop dropout of what is added to the residual
 */
public record Gpt2Config(
    int vocabSize,
    int nPositions,
    int nEmbd,
    int nLayer,
    int nHead,
    int nInner,
    double layerNormEpsilon,
    String activationFunction,
    boolean scaleAttnWeights,
    boolean scaleAttnByInverseLayerIdx,
    double embdPdrop,
    double attnPdrop,
    double residPdrop) {
  /** Checks every range that sizes memory. */
  public Gpt2Config {
    Checks.vocabulary("vocab_size", vocabSize);
    Checks.vocabulary("n_positions", nPositions);
    Checks.width("n_embd", nEmbd);
    Checks.layers("n_layer", nLayer);
    Checks.width("n_head", nHead);
    Checks.divides("n_embd", nEmbd, "n_head", nHead);
    Checks.width("n_inner", nInner);
    Checks.epsilon("layer_norm_epsilon", layerNormEpsilon);
    Checks.probability("embd_pdrop", embdPdrop);
    Checks.probability("attn_pdrop", attnPdrop);
    Checks.probability("resid_pdrop", residPdrop);
  }
}
