// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.llama;

import dev.gatun.models.Checks;
import dev.gatun.nn.RotaryConfig;
import java.util.Collections;
import java.util.List;

/**
 * What a model of Llama blocks is; names are Hugging Face's.
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
 * @param rope rotary settings
 * @param hiddenAct activation of the gate
 * @param attentionDropout dropout of the attention's weights, in training
 * @param attentionBias query, key and value have a bias
 * @param outputBias the attention's output projection has one
 * @param mlpBias the feed-forward has them
 * @param queryKeyNorm RMS norm of each query and key head before the rotation
 * @param slidingWindows per layer, 0 for full attention
 * @param tieWordEmbeddings the head shares the embedding's matrix
 */
public record LlamaConfig(
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
    RotaryConfig rope,
    String hiddenAct,
    double attentionDropout,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    boolean queryKeyNorm,
    List<Integer> slidingWindows,
    boolean tieWordEmbeddings) {
  /** Checks every range that sizes memory. */
  public LlamaConfig {
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
    Checks.probability("attention_dropout", attentionDropout);
    slidingWindows = List.copyOf(slidingWindows);
    if (slidingWindows.size() != numHiddenLayers) {
      throw new IllegalArgumentException(
          "config: sliding windows of "
              + slidingWindows.size()
              + " layers, expected num_hidden_layers = "
              + numHiddenLayers);
    }
  }

  /** The same window for every layer. */
  public static List<Integer> everyLayer(int layers, int window) {
    return Collections.nCopies(layers, window);
  }
}
