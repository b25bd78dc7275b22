// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Makes a {@link TrainingPlan}. Activations never hold a matrix of tokens by tokens, so their bytes
 * grow linearly with the tokens of a batch: two small batches give the line.
 */
final class Planner {
  /** An AdamW step reads four vectors and writes four; a norm reads one. */
  private static final int PASSES_PER_STEP = 8;

  /** The larger of the two batches has this part of the run's largest one, at most so much. */
  private static final int PROBE_SHARE = 4;

  private static final long MOST_PROBE_TOKENS = 2048;

  private record Probe(double tokens, double bytes, double seconds) {}

  private final TrainerSettings settings;
  private final ExampleSet set;
  private final Schedule schedule;

  Planner(TrainerSettings settings, ExampleSet set, Schedule schedule) {
    this.settings = settings;
    this.set = set;
    this.schedule = schedule;
  }

  /** Bytes of the gradients. */
  static long gradientBytes(List<Parameter> trainable) {
    return trainable.stream().mapToLong(p -> p.values().elementCount()).sum() * Float.BYTES;
  }

  /**
   * Measures and plans.
   *
   * @param gradients zero before and after; null where they alone do not fit
   * @param available bytes before the gradients were allocated
   */
  TrainingPlan plan(Gradients gradients, long available) {
    long gradientBytes = gradientBytes(settings.trainable());
    long optimizerBytes = settings.optimizer().stateBytes(settings.trainable());
    List<int[]> batches = settings.batching().epoch(set, 0);
    int[] largest = schedule.largest();
    int stepsPerEpoch = (batches.size() + settings.accumulation() - 1) / settings.accumulation();
    double epochs = (double) schedule.totalSteps() / stepsPerEpoch;
    long tokens = Math.round(epochs * set.tokens());
    long activationBytes = 0;
    double seconds = 0;
    if (gradients != null) {
      Probe one = probe(gradients, Arrays.copyOf(largest, 1));
      Probe more = probe(gradients, sample(largest));
      long bytes =
          Math.round(
              line(one.tokens, one.bytes, more.tokens, more.bytes, (double) tokens(largest)));
      activationBytes = Math.max((long) more.bytes, bytes);
      double each =
          line(
              one.tokens,
              one.seconds,
              more.tokens,
              more.seconds,
              (double) set.tokens() / batches.size());
      seconds =
          Math.max(each, 0) * batches.size() * epochs
              + schedule.totalSteps() * PASSES_PER_STEP * passSeconds(gradients);
    }
    return new TrainingPlan(
        settings.trainable().stream().mapToLong(Parameter::elementCount).sum(),
        settings.model().memory().bytes(),
        gradientBytes,
        optimizerBytes,
        activationBytes,
        available,
        schedule.totalSteps(),
        tokens,
        Duration.ofMillis(Math.round(1000 * seconds)),
        advice(gradientBytes, optimizerBytes, activationBytes, available, tokens(largest)));
  }

  private long tokens(int[] examples) {
    return Arrays.stream(examples).mapToLong(i -> set.get(i).tokens()).sum();
  }

  private int[] sample(int[] largest) {
    long most = Math.min(tokens(largest) / PROBE_SHARE, MOST_PROBE_TOKENS);
    int count = 1;
    long tokens = set.get(largest[0]).tokens();
    while (count < largest.length && tokens + set.get(largest[count]).tokens() <= most) {
      tokens += set.get(largest[count++]).tokens();
    }
    return Arrays.copyOf(largest, count);
  }

  /** The line through two points, at x; through the origin where they are one, or it falls. */
  private static double line(double x1, double y1, double x2, double y2, double x) {
    return x2 > x1 && y2 >= y1 ? y1 + (y2 - y1) / (x2 - x1) * (x - x1) : y2 / x2 * x;
  }

  /** Runs a batch forward and backward, the second time on warm memory. */
  private Probe probe(Gradients gradients, int[] examples) {
    MicroBatch batch = settings.objective().batch(settings.model(), set, examples, 0);
    LossOptions options =
        LossOptions.of(settings.model().labelCounts(batch.lengths(), batch.targets()));
    long before = settings.model().device().info().allocatedBytes();
    try (Context context = settings.model().newContext()) {
      double seconds = 0;
      for (int i = 0; i < 2; i++) {
        long start = System.nanoTime();
        try (Tape tape = new Tape(context, gradients, settings.gradientCheckpointing())) {
          settings.objective().loss(context, settings.model(), batch, options);
          tape.backward();
        }
        seconds = (System.nanoTime() - start) * 1e-9;
      }
      long bytes = settings.model().device().info().allocatedBytes() - before;
      return new Probe((double) batch.tokens(), (double) bytes, seconds);
    } catch (OutOfDeviceMemoryException e) {
      throw new OutOfDeviceMemoryException(
          "training: not even a batch of " + batch.tokens() + " tokens fits: " + e.getMessage());
    } finally {
      gradients.zero();
    }
  }

  private double passSeconds(Gradients gradients) {
    try (Context context = settings.model().newContext()) {
      gradients.norm(context);
      long start = System.nanoTime();
      gradients.norm(context);
      return (System.nanoTime() - start) * 1e-9;
    }
  }

  private List<String> advice(
      long gradientBytes, long optimizerBytes, long activationBytes, long available, long tokens) {
    List<String> advice = new ArrayList<>();
    long fixed = gradientBytes + optimizerBytes;
    if (activationBytes > 0 && !settings.gradientCheckpointing()) {
      advice.add(
          "turn gradient checkpointing on: only the inputs of layers are kept, for about a third"
              + " more time");
    }
    if (activationBytes > 0 && available > fixed) {
      long fitting = (long) ((available - fixed) / (double) activationBytes * tokens);
      if (fitting > 0 && fitting < tokens) {
        advice.add(
            String.format(
                Locale.ROOT,
                "lower the batch from %d to %d tokens and raise accumulation from %d to %d",
                tokens,
                fitting,
                settings.accumulation(),
                settings.accumulation() * ((tokens + fitting - 1) / fitting)));
      }
    }
    if (fixed > activationBytes || fixed > available) {
      advice.add(
          "train an adapter (LoRA) or fewer parameters: gradients and optimizer take "
              + Texts.bytes(fixed));
    }
    return advice;
  }
}
