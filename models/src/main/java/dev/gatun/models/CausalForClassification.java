// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import dev.gatun.io.JsonConfig;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Linear;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.ScoreLoss;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TaskModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Map;

/**
 * A decoder whose states are classified in place of predicting tokens: the last one of each
 * sequence, [B, C], or every one, [N, C].
 */
public final class CausalForClassification implements TaskModel, TrainableModel {
  private static final String SEQUENCE = "ForSequenceClassification";
  private static final String TOKEN = "ForTokenClassification";

  private final CausalModel model;
  private final Linear head;
  private final boolean perToken;
  private final int hiddenSize;
  private final float dropout;

  private CausalForClassification(
      CausalModel model, Linear head, boolean perToken, int hiddenSize, double dropout) {
    this.model = model;
    this.head = head;
    this.perToken = perToken;
    this.hiddenSize = hiddenSize;
    this.dropout = (float) dropout;
  }

  /** Whether an architecture classifies: such a model has no head for tokens. */
  public static boolean isNamed(JsonConfig json) {
    String name = Architectures.of(json);
    return name.endsWith(SEQUENCE) || name.endsWith(TOKEN);
  }

  /** Refuses a decoder with a head that is neither that of a language model nor one of these. */
  public static void requireKnownHead(JsonConfig json) {
    if (!isNamed(json)) {
      Architectures.requireLanguageModel(json);
    }
  }

  /**
   * The model that {@code architectures} names: the decoder itself, or with a classifier on top.
   *
   * @param tokenHead the name of the classifier of tokens; that of sequences is {@code score}
   * @param hiddenSize E
   */
  public static TrainableModel of(
      CausalModel model,
      JsonConfig json,
      ParameterSource source,
      String tokenHead,
      int hiddenSize) {
    if (!isNamed(json)) {
      return model;
    }
    int named = json.nested("id2label").map(names -> names.keys().size()).orElse(2);
    int labels = json.intOr("num_labels", named);
    Checks.vocabulary("num_labels", labels);
    boolean perToken = Architectures.of(json).endsWith(TOKEN);
    double dropout =
        perToken ? json.doubleOr("classifier_dropout", json.doubleOr("hidden_dropout", 0.1)) : 0;
    Checks.probability("classifier_dropout", dropout);
    Linear head = new Linear(source, perToken ? tokenHead : "score", hiddenSize, labels, perToken);
    return new CausalForClassification(model, head, perToken, hiddenSize, dropout);
  }

  /** The decoder without the classifier; shares the parameters. */
  public CausalModel model() {
    return model;
  }

  @Override
  public Map<String, Tensor> outputs(Context context, SequenceBatch batch) {
    return Map.of("logits", scores(context, batch));
  }

  private Tensor scores(Context context, SequenceBatch batch) {
    Tensor hidden = encode(context, batch);
    return perToken
        ? head.forward(context, Elementwise.dropout(context, hidden, dropout, null))
        : head.forward(
            context, Rows.pooling(context, hidden, batch.cuSeqlens(), Rows.Pooling.LAST, false));
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    return kind().labelCounts(described(), targets);
  }

  @Override
  public LossValue loss(
      Context context, SequenceBatch batch, Targets targets, LossOptions options) {
    labelCounts(new int[0], targets);
    return kind().of(described(), context, scores(context, batch), targets, options);
  }

  private ScoreLoss kind() {
    return perToken ? ScoreLoss.TOKENS : ScoreLoss.SEQUENCES;
  }

  private String described() {
    return architecture() + (perToken ? " for tokens" : " for sequences");
  }

  @Override
  public Tensor encode(Context context, SequenceBatch batch) {
    return model.hidden(context, batch);
  }

  @Override
  public String architecture() {
    return model.architecture();
  }

  @Override
  public ModelMemory memory() {
    return model.memory();
  }

  @Override
  public int hiddenSize() {
    return hiddenSize;
  }

  @Override
  public int contextLength() {
    return model.contextLength();
  }
}
