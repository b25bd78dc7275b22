// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.gemma;

import dev.gatun.models.Checks;
import dev.gatun.nn.RotaryConfig;
import java.util.List;

/**
 * What a Gemma model is; names are Hugging Face's.
 *
 * @param modelType name of the family
 * @param vocabSize V
 * @param hiddenSize E
 * @param intermediateSize F
 * @param numHiddenLayers L
 * @param numAttentionHeads H
 * @param numKeyValueHeads G
 * @param headDim D
 * @param maxPositionEmbeddings context length
 * @param rmsNormEps epsilon of every norm
 * @param normOffset 1 where the file stores norm weights around 0, 0 where it stores 1 + w
 * @param embeddingScale factor of the embedding rows
 * @param queryPreAttnScalar scores are scaled by its -1/2 power
 * @param fullRope rotary settings of full layers
 * @param slidingRope rotary settings of sliding layers
 * @param slidingWindows per layer, 0 for full attention
 * @param queryKeyNorm RMS norm of each query and key head before the rotation
 * @param attnLogitSoftcapping 0 for none
 * @param finalLogitSoftcapping 0 for none
 * @param hiddenActivation activation of the gate
 */
public record GemmaConfig(
    String modelType,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int numHiddenLayers,
    int numAttentionHeads,
    int numKeyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double rmsNormEps,
    float normOffset,
    float embeddingScale,
    double queryPreAttnScalar,
    RotaryConfig fullRope,
    RotaryConfig slidingRope,
    List<Integer> slidingWindows,
    boolean queryKeyNorm,
    double attnLogitSoftcapping,
    double finalLogitSoftcapping,
    String hiddenActivation) {
  /** Checks every range that sizes memory. */
  public GemmaConfig {
    Checks.vocabulary("vocab_size", vocabSize);
    Checks.width("hidden_size", hiddenSize);
    Checks.width("intermediate_size", intermediateSize);
    Checks.layers("num_hidden_layers", numHiddenLayers);
    Checks.width("num_attention_heads", numAttentionHeads);
    Checks.width("num_key_value_heads", numKeyValueHeads);
    Checks.divides(
        "num_attention_heads", numAttentionHeads, "num_key_value_heads", numKeyValueHeads);
    Checks.width("head_dim", headDim);
    Checks.vocabulary("max_position_embeddings", maxPositionEmbeddings);
    Checks.epsilon("rms_norm_eps", rmsNormEps);
    if (!(queryPreAttnScalar > 0)) {
      throw new IllegalArgumentException(
          "config: query_pre_attn_scalar is " + queryPreAttnScalar + ", expected above 0");
    }
    slidingWindows = List.copyOf(slidingWindows);
    if (slidingWindows.size() != numHiddenLayers) {
      throw new IllegalArgumentException(
          "config: layer_types names "
              + slidingWindows.size()
              + " layers, expected num_hidden_layers = "
              + numHiddenLayers);
    }
  }
}
