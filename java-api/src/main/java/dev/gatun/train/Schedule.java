// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Batching;
import dev.gatun.data.ExampleSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The micro-batches of a run, epoch by epoch, grouped into optimiser steps: a group ends with the
 * epoch, where it may be smaller. All of it follows from the arguments, so a position is enough to
 * go on from.
 */
final class Schedule {
  private final ExampleSet set;
  private final Batching batching;
  private final int accumulation;
  private final long totalSteps;
  private long epoch = -1;
  private List<int[]> batches;

  /**
   * With a number of steps, or of epochs.
   *
   * @param steps or 0 to run {@code epochs}
   */
  Schedule(ExampleSet set, Batching batching, int accumulation, long steps, int epochs) {
    this.set = set;
    this.batching = batching;
    this.accumulation = accumulation;
    this.totalSteps = steps > 0 ? steps : count(epochs);
  }

  private long count(int epochs) {
    long steps = 0;
    for (long e = 0; e < epochs; e++) {
      steps += (batching.epoch(set, e).size() + accumulation - 1) / accumulation;
    }
    return steps;
  }

  long totalSteps() {
    return totalSteps;
  }

  private List<int[]> batches(long of) {
    if (epoch != of) {
      batches = batching.epoch(set, of);
      epoch = of;
    }
    return batches;
  }

  /** The micro-batch of the first epoch with the most tokens. */
  int[] largest() {
    return batches(0).stream().max(Comparator.comparingLong(this::tokens)).orElseThrow();
  }

  private long tokens(int[] examples) {
    return Arrays.stream(examples).mapToLong(i -> set.get(i).tokens()).sum();
  }

  /** The micro-batches of the step at a position. */
  List<int[]> step(Position position) {
    List<int[]> all = batches(position.epoch());
    return all.subList(position.batch(), Math.min(all.size(), position.batch() + accumulation));
  }

  /** The position after that step. */
  Position after(Position position) {
    List<int[]> all = batches(position.epoch());
    int next = Math.min(all.size(), position.batch() + accumulation);
    long passes = position.passes() + next - position.batch();
    return next < all.size()
        ? new Position(position.step() + 1, position.epoch(), next, passes)
        : new Position(position.step() + 1, position.epoch() + 1, 0, passes);
  }

  /** Epochs up to a position, with a fraction. */
  double epochs(Position position) {
    return position.epoch() + (double) position.batch() / batches(position.epoch()).size();
  }
}
