// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.nio.file.Path;

/** Is told what a trainer does, on the trainer's thread. */
public interface TrainingListener {
  /** The run begins, or goes on after {@code step} steps that were made before. */
  default void started(long step, TrainingPlan plan) {}

  /** A step was made. */
  default void stepped(StepReport report) {}

  /** The model was evaluated. */
  default void evaluated(EvaluationReport report) {}

  /** A checkpoint was written. */
  default void saved(long step, Path checkpoint) {}

  /** Something that the user should know but that does not stop the run. */
  default void warned(String message) {}

  /** The run ended, completely or on request. */
  default void ended(TrainingResult result) {}
}
