// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.Linear;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One linear layer: on the pooled first token, [B, C] scores of a sequence or [B, 1] scores of
 * choices, or on every token, [N, C].
 */
final class ClassificationHead implements BertHead {
  /** What is classified. */
  enum Kind {
    SEQUENCE,
    CHOICE,
    TOKEN
  }

  private final Linear classifier;
  private final Kind kind;
  private final float dropout;

  ClassificationHead(Linear classifier, Kind kind, double dropout) {
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
    Tensor states = kind == Kind.TOKEN ? hidden : encoder.pooled(context, hidden, batch);
    return classifier.forward(context, Elementwise.dropout(context, states, dropout, null));
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    long count =
        switch (targets) {
          case Targets.Tokens tokens when kind == Kind.TOKEN -> Targets.counted(tokens.labels());
          case Targets.Classes classes when kind != Kind.TOKEN -> Targets.counted(classes.labels());
          case Targets.Numbers numbers when kind == Kind.SEQUENCE -> numbers.values().length;
          case Targets.Flags flags when kind == Kind.SEQUENCE -> flags.values().length;
          default -> throw unsuitable(targets);
        };
    return new long[] {count};
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
    float scale = options.scale(0);
    Sum sum =
        switch (targets) {
          case Targets.Tokens tokens ->
              Losses.crossEntropy(context, x, tokens.labels(), scale, options.smoothing());
          case Targets.Classes classes ->
              Losses.crossEntropy(
                  context,
                  kind == Kind.CHOICE ? perQuestion(x, classes.labels().length) : x,
                  classes.labels(),
                  scale,
                  options.smoothing());
          case Targets.Numbers numbers -> Losses.meanSquares(context, x, numbers.values(), scale);
          case Targets.Flags flags -> Losses.binary(context, x, flags.values(), scale);
          default -> throw unsuitable(targets);
        };
    return LossValue.of(sum, scale);
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

  private IllegalArgumentException unsuitable(Targets targets) {
    return switch (kind) {
      case TOKEN -> Targets.unsuitable("BERT for tokens", targets, Targets.Tokens.class);
      case CHOICE -> Targets.unsuitable("BERT for choices", targets, Targets.Classes.class);
      case SEQUENCE ->
          Targets.unsuitable(
              "BERT for sequences",
              targets,
              Targets.Classes.class,
              Targets.Numbers.class,
              Targets.Flags.class);
    };
  }

  @Override
  public List<Parameter> parameters() {
    return classifier.parameters();
  }
}
