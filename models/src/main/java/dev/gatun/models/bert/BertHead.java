// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.SequenceBatch;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Map;

/** What a task puts on the encoder: hidden states [N, E] to named results. */
interface BertHead {
  Map<String, Tensor> outputs(
      Context context, BertModel encoder, Tensor hidden, SequenceBatch batch);
}
