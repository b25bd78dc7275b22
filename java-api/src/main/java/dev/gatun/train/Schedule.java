// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Batching;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

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
      steps += steps(batching.epoch(set, e));
    }
    return steps;
  }

  private int steps(List<int[]> ofEpoch) {
    return (ofEpoch.size() + accumulation - 1) / accumulation;
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

  /**
   * A micro-batch of the run, and what its memory grows with.
   *
   * @param epoch that it belongs to
   * @param tokens all of them, of targets too
   */
  record Batch(long epoch, int[] examples, long tokens, long targets, long labels) {}

  private Batch measure(long of, int[] examples) {
    long tokens = 0;
    long targets = 0;
    long labels = 0;
    for (int i : examples) {
      Example example = set.get(i);
      tokens += example.tokens();
      targets += example.tokens() - example.ids().length;
      labels += example.labelCount();
    }
    return new Batch(of, examples, tokens, targets, labels);
  }

  /**
   * The micro-batches of the whole run that may take the most memory: those with the most tokens,
   * largest first, then the extremes of everything else that memory grows with.
   *
   * @param most how many of the first kind
   */
  List<Batch> largest(int most) {
    Comparator<Batch> byTokens = Comparator.comparingLong(Batch::tokens);
    PriorityQueue<Batch> large = new PriorityQueue<>(byTokens);
    List<Comparator<Batch>> others =
        List.of(
            Comparator.comparingInt(batch -> batch.examples().length),
            Comparator.comparingLong(batch -> batch.tokens() - batch.targets()),
            Comparator.comparingLong(Batch::targets),
            Comparator.comparingLong(Batch::labels));
    Batch[] extremes = new Batch[others.size()];
    long left = totalSteps;
    for (long e = 0; left > 0; e++) {
      List<int[]> all = batching.epoch(set, e);
      left -= steps(all);
      for (int[] examples : all) {
        Batch batch = measure(e, examples);
        large.add(batch);
        if (large.size() > most) {
          large.remove();
        }
        for (int k = 0; k < extremes.length; k++) {
          Comparator<Batch> order = others.get(k).thenComparing(byTokens);
          if (extremes[k] == null || order.compare(extremes[k], batch) < 0) {
            extremes[k] = batch;
          }
        }
      }
    }
    List<Batch> batches = new ArrayList<>(large);
    batches.sort(byTokens.reversed());
    for (Batch extreme : extremes) {
      if (!batches.contains(extreme)) {
        batches.add(extreme);
      }
    }
    return batches;
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
