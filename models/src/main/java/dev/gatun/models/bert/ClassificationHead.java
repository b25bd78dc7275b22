// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.Linear;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.ScoreLoss;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One linear layer: on the pooled first token, [B, C] scores of a sequence or [B, 1] scores of
 * choices, or on every token, [N, C].
 */
final class ClassificationHead implements BertHead {
  private final Linear classifier;
  private final ScoreLoss kind;
  private final float dropout;

  ClassificationHead(Linear classifier, ScoreLoss kind, double dropout) {
    this.classifier = classifier;
    this.kind = kind;
    this.dropout = (float) dropout;
  }

  @Override
  public Map<String, Tensor> outputs(
      Context context, BertModel encoder, Tensor hidden, SequenceBatch batch) {
    return Map.of("logits", scores(context, encoder, hidden, batch));
  }

  private Tensor scores(Context context, BertModel encoder, Tensor hidden, SequenceBatch batch) {
    Tensor states = kind == ScoreLoss.TOKENS ? hidden : encoder.pooled(context, hidden, batch);
    return classifier.forward(context, Elementwise.dropout(context, states, dropout, null));
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    return kind.labelCounts(described(), targets);
  }

  @Override
  public LossValue loss(
      Context context,
      BertModel encoder,
      Tensor hidden,
      SequenceBatch batch,
      Targets targets,
      LossOptions options) {
    labelCounts(new int[0], targets);
    Tensor x = scores(context, encoder, hidden, batch);
    return kind.of(described(), context, arranged(x, targets), targets, options);
  }

  private Tensor arranged(Tensor scores, Targets targets) {
    return kind == ScoreLoss.CHOICES && targets instanceof Targets.Classes classes
        ? perQuestion(scores, classes.labels().length)
        : scores;
  }

  private static Tensor perQuestion(Tensor scores, int questions) {
    if (questions == 0 || scores.dim(0) % questions != 0) {
      throw new IllegalArgumentException(
          "loss: "
              + questions
              + " labels for "
              + scores.dim(0)
              + " choices; expected the same number of choices for each question");
    }
    return scores.reshape(questions, scores.dim(0) / questions);
  }

  private String described() {
    return switch (kind) {
      case TOKENS -> "BERT for tokens";
      case CHOICES -> "BERT for choices";
      case SEQUENCES -> "BERT for sequences";
    };
  }

  @Override
  public List<Parameter> parameters() {
    return classifier.parameters();
  }
}
