// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/**
 * Told how far a long step has come. Called from the thread that works, some ten times a second at
 * most; an exception from here ends the step.
 */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress NONE = (stage, done, total) -> {};

  /**
   * The state of a step.
   *
   * @param stage what is being done, such as {@code downloading smollm2-135m-instruct}
   * @param done bytes (or other units) done
   * @param total how many there are, or -1 if unknown
   */
  void update(String stage, long done, long total);
}
