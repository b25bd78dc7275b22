// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.ops.Logits;
import dev.gatun.tensor.Tensor;

/**
 * Scores of the next tokens, one row per sequence, valid until the runner's next step.
 *
 * @param logits [R, V]
 * @param best the arg-max and the log-sum-exp of each row
 */
record StepResult(Tensor logits, Logits.Best best) {
  /** The best token of a row. */
  int bestToken(int row) {
    return best.indices().getInt(row);
  }

  /** Copies a row of scores. */
  void scores(int row, float[] destination) {
    logits.copyRowTo(row, destination);
  }

  /** The log-probability of a row's best token. */
  float bestLogProb(int row) {
    return best.values().getFloat(row) - best.logSumExp().getFloat(row);
  }
}
