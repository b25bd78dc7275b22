// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

/**
 * How long the learning rate rises at the start: a number of optimiser steps, or a fraction of all
 * of them.
 *
 * @param steps a number, used where {@code ratio} is 0
 * @param ratio of all steps, rounded up; 0 for a fixed number
 */
public record Warmup(long steps, double ratio) {
  /** No warm-up. */
  public static final Warmup NONE = new Warmup(0, 0);

  /** Checks the ranges. */
  public Warmup {
    if (steps < 0) {
      throw new IllegalArgumentException("warm-up: steps is " + steps + ", expected 0 or more");
    }
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("warm-up: ratio is " + ratio + ", expected 0 to 1");
    }
  }

  /** The number of steps of a run of {@code totalSteps}. */
  long of(long totalSteps) {
    return ratio > 0 ? (long) Math.ceil(ratio * totalSteps) : steps;
  }
}
