// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

/**
 * A loss or gradient became infinite or NaN. The message names the step, the tensor and the batch.
 * Nothing was changed by that step, and the last checkpoint stays as it is.
 */
public final class NonFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  NonFiniteException(long step, String message) {
    super(message);
    this.step = step;
  }

  /** The step, counted from 1. */
  public long step() {
    return step;
  }
}
