// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where and how often a run is saved so that it can be resumed.
 *
 * @param folder of the checkpoints; made if it is not there
 * @param everySteps a checkpoint after each so many steps, and at the end
 * @param keep how many of the last complete ones stay
 */
public record Checkpointing(Path folder, long everySteps, int keep) {
  /** Checks the ranges. */
  public Checkpointing {
    Objects.requireNonNull(folder, "folder");
    if (everySteps < 1 || keep < 1) {
      throw new IllegalArgumentException(
          "checkpoints: everySteps is "
              + everySteps
              + " and keep "
              + keep
              + ", expected at least 1");
    }
  }

  /** The last two, at the end of the run only. */
  public static Checkpointing in(Path folder) {
    return new Checkpointing(folder, Long.MAX_VALUE, 2);
  }

  /** The same after each so many steps. */
  public Checkpointing every(long steps) {
    return new Checkpointing(folder, steps, keep);
  }

  /** The same with another number to keep. */
  public Checkpointing keeping(int count) {
    return new Checkpointing(folder, everySteps, count);
  }
}
