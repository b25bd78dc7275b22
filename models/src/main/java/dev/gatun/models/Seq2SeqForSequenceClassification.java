// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import dev.gatun.io.JsonConfig;
import dev.gatun.nn.Linear;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.ParameterSource;
import dev.gatun.nn.ScoreLoss;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.SourceStates;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TaskModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An encoder-decoder that classifies sequences: the decoder reads the input shifted right, and
 * out(tanh(dense(h))) of its state at the last end token of the input gives the scores [B, X].
 */
public final class Seq2SeqForSequenceClassification implements TaskModel, TrainableModel {
  private final Seq2SeqModel model;
  private final Linear dense;
  private final Linear out;
  private final int hiddenSize;
  private final int endToken;
  private final float dropout;

  private Seq2SeqForSequenceClassification(
      Seq2SeqModel model, Linear dense, Linear out, int hiddenSize, int endToken, double dropout) {
    this.model = model;
    this.dense = dense;
    this.out = out;
    this.hiddenSize = hiddenSize;
    this.endToken = endToken;
    this.dropout = (float) dropout;
  }

  /**
   * Takes {@code classification_head.dense} and {@code classification_head.out_proj}.
   *
   * @param json says how many classes there are
   * @param source names without prefix
   * @param hiddenSize E
   * @param endToken whose last state is classified
   * @param dropout around the first product, in training
   */
  public static Seq2SeqForSequenceClassification of(
      Seq2SeqModel model,
      JsonConfig json,
      ParameterSource source,
      int hiddenSize,
      int endToken,
      double dropout) {
    int named = json.nested("id2label").map(names -> names.keys().size()).orElse(2);
    int labels = json.intOr("num_labels", named);
    Checks.vocabulary("num_labels", labels);
    return new Seq2SeqForSequenceClassification(
        model,
        new Linear(source, "classification_head.dense", hiddenSize, hiddenSize, true),
        new Linear(source, "classification_head.out_proj", hiddenSize, labels, true),
        hiddenSize,
        endToken,
        dropout);
  }

  /** The encoder-decoder without the head; shares the parameters. */
  public Seq2SeqModel model() {
    return model;
  }

  /** {@code logits} [B, X] and {@code encoder_last_hidden_state} [N, E]. */
  @Override
  public Map<String, Tensor> outputs(Context context, SequenceBatch batch) {
    Tensor states = encode(context, batch);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    outputs.put("logits", scores(context, states, batch));
    outputs.put("encoder_last_hidden_state", states);
    return outputs;
  }

  private Tensor scores(Context context, Tensor states, SequenceBatch batch) {
    int[] ids = batch.ids().toIntArray();
    int[] bounds = batch.cuSeqlens().toIntArray();
    int[][] targets = new int[bounds.length - 1][];
    int[] ends = new int[targets.length];
    for (int b = 0; b < targets.length; b++) {
      int[] sequence = Arrays.copyOfRange(ids, bounds[b], bounds[b + 1]);
      targets[b] = model.targetInputs(sequence);
      ends[b] = bounds[b] + lastEnd(sequence, b);
    }
    SequenceBatch shifted = SequenceBatch.of(context, targets);
    Tensor hidden =
        model.hidden(context, shifted.withSource(SourceStates.of(states, batch, shifted)));
    Tensor last = Rows.gather(context, hidden, context.indices(ends));
    Tensor x = Elementwise.dropout(context, last, dropout, null);
    Tensor inner = dense.forward(context, x, Epilogue.of(Activation.TANH));
    return out.forward(context, Elementwise.dropout(context, inner, dropout, null));
  }

  private int lastEnd(int[] sequence, int index) {
    for (int i = sequence.length - 1; i >= 0; i--) {
      if (sequence[i] == endToken) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "classification: sequence "
            + index
            + " has no end token "
            + endToken
            + ", whose state is what is classified; encode texts with special tokens");
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    return ScoreLoss.SEQUENCES.labelCounts(described(), targets);
  }

  @Override
  public LossValue loss(
      Context context, SequenceBatch batch, Targets targets, LossOptions options) {
    labelCounts(new int[0], targets);
    Tensor x = scores(context, encode(context, batch), batch);
    return ScoreLoss.SEQUENCES.of(described(), context, x, targets, options);
  }

  private String described() {
    return architecture() + " for sequences";
  }

  @Override
  public Tensor encode(Context context, SequenceBatch batch) {
    return model.encode(context, batch);
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
    return model.sourceLength();
  }
}
