// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;

/**
 * A model that can say how far its answers are from what they should be.
 *
 * {@snippet :
 * long[] counts = model.labelCounts(lengths, targets); // summed over all batches of the step
 * try (Tape tape = new Tape(context, gradients, false)) {
 *   SequenceBatch batch = SequenceBatch.of(context, sequences);
 *   LossValue loss = model.loss(context, batch, targets, LossOptions.of(counts));
 *   tape.backward();
 * }
 * }
 */
public interface TrainableModel extends Model {
  /**
   * How many labels count, for each part of the loss: what the mean is taken over.
   *
   * @param lengths of the batch's sequences
   * @throws IllegalArgumentException if the model does not learn from such targets
   */
  long[] labelCounts(int[] lengths, Targets targets);

  /**
   * The loss of a batch. When the context records, the gradients of it are put in place for the
   * tape's backward.
   *
   * @throws IllegalArgumentException if the model does not learn from such targets, their number
   *     does not fit the batch, or a label is out of range
   */
  LossValue loss(Context context, SequenceBatch batch, Targets targets, LossOptions options);
}
