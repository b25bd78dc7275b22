// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Map;

/** An encoder with a head that answers a task. */
public interface TaskModel extends EncoderModel {
  /**
   * The head's results under the reference's names, such as "logits": [N, X] per token or [B, X]
   * per sequence. They live in the context's innermost workspace scope.
   */
  Map<String, Tensor> outputs(Context context, SequenceBatch batch);
}
