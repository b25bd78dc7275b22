// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/** A bidirectional encoder. */
public interface EncoderModel extends Model {
  /** E. */
  int hiddenSize();

  /** The most tokens of a sequence. */
  int contextLength();

  /** Hidden states of the last layer: batch of N tokens to [N, E]. */
  Tensor encode(Context context, SequenceBatch batch);
}
