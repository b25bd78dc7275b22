// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.ops.Logits;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;

/**
 * Scores of the next tokens, one row per sequence, valid until the runner's next step.
 *
 * @param context that ran the step
 * @param logits [R, V]
 * @param best the best k and the log-sum-exp of each row
 * @param chosen [R] for tokens that are chosen on a GPU, else null
 */
record StepResult(Context context, Tensor logits, Logits.Best best, Tensor chosen) {
  /** The result of a step: finds the {@code width} best tokens of each row. */
  static StepResult of(Context context, Tensor logits, int width) {
    Tensor chosen =
        context.device().isGpu() ? context.allocateForHost(DType.I32, logits.dim(0)) : null;
    return new StepResult(context, logits, Logits.topK(context, logits, width), chosen);
  }

  /** The token that {@link DeviceSampler} chose for a row; -1 where none was left. */
  int chosenToken(int row) {
    return chosen.getInt(row);
  }

  /** k. */
  int width() {
    return (int) best.indices().dim(1);
  }

  /** The best token of a row. */
  int bestToken(int row) {
    return bestToken(row, 0);
  }

  /** The token of rank {@code rank} in a row. */
  int bestToken(int row, int rank) {
    return best.indices().getInt((long) row * width() + rank);
  }

  /** Copies a row of scores. */
  void scores(int row, float[] destination) {
    logits.copyRowTo(row, destination);
  }

  /** The log-probability of a row's best token. */
  float bestLogProb(int row) {
    return bestLogProb(row, 0);
  }

  /** The log-probability of the token of rank {@code rank} in a row. */
  float bestLogProb(int row, int rank) {
    return best.values().getFloat((long) row * width() + rank) - logSum(row);
  }

  /** What turns a row's scores into log-probabilities: score minus it. */
  float logSum(int row) {
    return best.logSumExp().getFloat(row);
  }
}
