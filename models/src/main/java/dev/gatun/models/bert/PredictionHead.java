// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.LayerNorm;
import dev.gatun.nn.Linear;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Masked-token prediction, norm(act(W x + b)) Eᵀ + bias with the embedding's matrix E: [N, V]; and,
 * for pre-training, whether the second sentence follows the first: [B, 2].
 */
final class PredictionHead implements BertHead {
  private final Linear transform;
  private final LayerNorm norm;
  private final Linear decoder;
  private final Linear nextSentence;
  private final Activation activation;

  /** Takes {@code cls.*}; {@code pretraining} adds the next-sentence classifier. */
  PredictionHead(BertModel encoder, ParameterSource source, boolean pretraining) {
    BertConfig config = encoder.config();
    int hidden = config.hiddenSize();
    this.transform = new Linear(source, "cls.predictions.transform.dense", hidden, hidden, true);
    this.norm =
        new LayerNorm(source, "cls.predictions.transform.LayerNorm", hidden, config.layerNormEps());
    this.decoder =
        new Linear(
            encoder.embedding().words(), source.vector("cls.predictions.bias", config.vocabSize()));
    this.nextSentence =
        pretraining ? new Linear(source, "cls.seq_relationship", hidden, 2, true) : null;
    this.activation = Activation.ofName(config.hiddenAct());
  }

  @Override
  public Map<String, Tensor> outputs(
      Context context, BertModel encoder, Tensor hidden, SequenceBatch batch) {
    Tensor transformed = transform.forward(context, hidden, Epilogue.of(activation));
    Tensor logits = decoder.forward(context, norm.forward(context, transformed));
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put(nextSentence == null ? "logits" : "prediction_logits", logits);
    if (nextSentence != null) {
      outputs.put(
          "seq_relationship_logits",
          nextSentence.forward(context, encoder.pooled(context, hidden, batch)));
    }
    return outputs;
  }
}
