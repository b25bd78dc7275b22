// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.Layer;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.OutputHead;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Map;

/** What a task puts on the encoder: hidden states [N, E] to named results, and its loss. */
interface BertHead extends Layer {
  Map<String, Tensor> outputs(
      Context context, BertModel encoder, Tensor hidden, SequenceBatch batch);

  /** As {@link dev.gatun.nn.Model#outputHead}. */
  default OutputHead output() {
    return null;
  }

  /** As {@link dev.gatun.nn.TrainableModel#labelCounts}. */
  long[] labelCounts(int[] lengths, Targets targets);

  /** As {@link dev.gatun.nn.TrainableModel#loss}. */
  LossValue loss(
      Context context,
      BertModel encoder,
      Tensor hidden,
      SequenceBatch batch,
      Targets targets,
      LossOptions options);
}
