// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.nn.TrainableModel;
import java.util.List;

/**
 * The labels of all micro-batches of a step together, which every part of the loss is divided by:
 * the mean of the micro-batches' means would be wrong wherever they differ in labels.
 */
final class LabelCounts {
  private LabelCounts() {}

  static long[] of(TrainableModel model, List<MicroBatch> batches) {
    long[] sum = null;
    for (MicroBatch batch : batches) {
      long[] counts = model.labelCounts(batch.lengths(), batch.targets());
      if (sum == null) {
        sum = counts.clone();
      } else {
        for (int part = 0; part < sum.length; part++) {
          sum[part] += counts[part];
        }
      }
    }
    return sum == null ? new long[0] : sum;
  }
}
