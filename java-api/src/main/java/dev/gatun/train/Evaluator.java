// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.nn.TrainableModel;
import java.util.Map;

/**
 * Measures of one's own, taken whenever the trainer evaluates, such as the exact matches of
 * generated answers.
 */
@FunctionalInterface
public interface Evaluator {
  /** Runs the model, which is not being trained meanwhile; measures by name. */
  Map<String, Double> evaluate(TrainableModel model);
}
