// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.OutputHead;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TaskModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Map;

/** The encoder with the head that the file's architecture names. */
public final class BertForTask implements TaskModel, TrainableModel {
  private final BertModel encoder;
  private final BertHead head;

  BertForTask(BertModel encoder, BertHead head) {
    this.encoder = encoder;
    this.head = head;
  }

  /** The encoder without its head; shares the parameters. */
  public BertModel encoder() {
    return encoder;
  }

  @Override
  public Map<String, Tensor> outputs(Context context, SequenceBatch batch) {
    return head.outputs(context, encoder, encode(context, batch), batch);
  }

  @Override
  public Tensor encode(Context context, SequenceBatch batch) {
    return encoder.encode(context, batch);
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    return head.labelCounts(lengths, targets);
  }

  @Override
  public LossValue loss(
      Context context, SequenceBatch batch, Targets targets, LossOptions options) {
    return head.loss(context, encoder, encode(context, batch), batch, targets, options);
  }

  @Override
  public OutputHead outputHead() {
    return head.output();
  }

  @Override
  public String architecture() {
    return encoder.architecture();
  }

  @Override
  public ModelMemory memory() {
    return encoder.memory();
  }

  @Override
  public int hiddenSize() {
    return encoder.hiddenSize();
  }

  @Override
  public int contextLength() {
    return encoder.contextLength();
  }
}
