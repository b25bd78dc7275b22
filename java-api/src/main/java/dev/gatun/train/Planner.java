// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.MemoryNeed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Makes a {@link TrainingPlan}. Memory is found by going through the largest batches forward and
 * backward without computing anything; time by running two small ones.
 */
final class Planner {
  /** An AdamW step reads four vectors and writes four; a norm reads one. */
  private static final int PASSES_PER_STEP = 8;

  /** The larger of the two batches has this part of the run's largest one, at most so much. */
  private static final int PROBE_SHARE = 4;

  private static final long MOST_PROBE_TOKENS = 2048;

  /** Batches whose memory is looked at, besides the extremes of other sizes than tokens. */
  private static final int BATCHES = 16;

  /** One part in so many more, for batches that were not looked at: masks differ by epoch. */
  private static final int MARGIN = 64;

  private record Probe(double tokens, double seconds) {}

  private final TrainerSettings settings;
  private final ExampleSet set;
  private final ExampleSet eval;
  private final Schedule schedule;
  private final List<Schedule.Batch> largest;
  private final MemoryNeed need;

  /**
   * Finds out what memory is needed.
   *
   * @param eval evaluated during the run, or null
   */
  Planner(TrainerSettings settings, ExampleSet set, ExampleSet eval, Schedule schedule) {
    this.settings = settings;
    this.set = set;
    this.eval = eval;
    this.schedule = schedule;
    this.largest = schedule.largest(BATCHES);
    this.need = need();
  }

  /** What the context of the run needs. */
  MemoryNeed contextNeed() {
    return need;
  }

  /** The plan, without the time. */
  TrainingPlan plan(long available) {
    long gradientBytes = Gradients.bytes(settings.trainable());
    long optimizerBytes = settings.optimizer().stateBytes(settings.trainable());
    return new TrainingPlan(
        settings.trainable().stream().mapToLong(Parameter::elementCount).sum(),
        settings.model().memory().bytes(),
        gradientBytes,
        optimizerBytes,
        need.bytes(),
        available,
        schedule.totalSteps(),
        Math.round(epochs() * set.tokens()),
        Duration.ZERO,
        advice(
            gradientBytes, optimizerBytes, need.bytes(), available, largest.getFirst().tokens()));
  }

  private int batchesPerEpoch() {
    return settings.batching().epoch(set, 0).size();
  }

  private double epochs() {
    int accumulation = settings.accumulation();
    int stepsPerEpoch = (batchesPerEpoch() + accumulation - 1) / accumulation;
    return (double) schedule.totalSteps() / stepsPerEpoch;
  }

  private MemoryNeed need() {
    TrainableModel model = settings.model();
    MemoryNeed most = MemoryNeed.NONE;
    try (Gradients gradients = Gradients.planned(model.device(), settings.trainable())) {
      for (Schedule.Batch batch : largest) {
        MicroBatch made = settings.objective().batch(model, set, batch.examples(), batch.epoch());
        most =
            most.or(
                planned(context -> {
                  train(context, gradients, made);
                  gradients.norm(context);
                }));
      }
    }
    if (eval != null) {
      Schedule inOrder = new Schedule(eval, settings.batching().inOrder(), 1, 0, 1);
      for (Schedule.Batch batch : inOrder.largest(1)) {
        MicroBatch made = settings.objective().batch(model, eval, batch.examples(), 0);
        LossOptions options = LossOptions.of(LabelCounts.of(model, List.of(made)));
        most =
            most.or(
                planned(context ->
                    settings
                        .objective()
                        .measures()
                        .add(context, settings.objective(), model, made, options)));
      }
    }
    return new MemoryNeed(
        padded(most.activationBytes()), padded(most.gradientBytes()), most.scratchBytes());
  }

  private static long padded(long bytes) {
    return bytes + bytes / MARGIN;
  }

  private MemoryNeed planned(Consumer<Context> pass) {
    try (Context context = settings.model().newContext()) {
      context.beginPlan();
      pass.accept(context);
      return context.endPlan();
    }
  }

  private void train(Context context, Gradients gradients, MicroBatch batch) {
    LossOptions options =
        LossOptions.of(LabelCounts.of(settings.model(), List.of(batch)))
            .withSmoothing(settings.objective().smoothing());
    context.setDropout(settings.dropout() ? new Dropout(settings.seed(), 0) : null);
    try (Tape tape = new Tape(context, gradients, settings.gradientCheckpointing())) {
      settings.objective().loss(context, settings.model(), batch, options);
      tape.backward();
    } finally {
      context.setDropout(null);
    }
  }

  /**
   * Estimates the time of the run, without evaluations.
   *
   * @param gradients zero before and after
   */
  Duration time(Gradients gradients) {
    Schedule.Batch large = largest.getFirst();
    Probe one = probe(gradients, large, 1);
    Probe more = probe(gradients, large, sampleSize(large.examples()));
    int batches = batchesPerEpoch();
    double each =
        line(one.tokens, one.seconds, more.tokens, more.seconds, (double) set.tokens() / batches);
    double seconds =
        Math.max(each, 0) * batches * epochs()
            + schedule.totalSteps() * PASSES_PER_STEP * passSeconds(gradients);
    return Duration.ofMillis(Math.round(1000 * seconds));
  }

  private int sampleSize(int[] examples) {
    long most = Math.min(largest.getFirst().tokens() / PROBE_SHARE, MOST_PROBE_TOKENS);
    int count = 1;
    long tokens = set.get(examples[0]).tokens();
    while (count < examples.length && tokens + set.get(examples[count]).tokens() <= most) {
      tokens += set.get(examples[count++]).tokens();
    }
    return count;
  }

  /** The line through two points, at x; through the origin where they are one, or it falls. */
  private static double line(double x1, double y1, double x2, double y2, double x) {
    return x2 > x1 && y2 >= y1 ? y1 + (y2 - y1) / (x2 - x1) * (x - x1) : y2 / x2 * x;
  }

  /** Runs the first examples of a batch forward and backward, the second time on warm memory. */
  private Probe probe(Gradients gradients, Schedule.Batch of, int count) {
    MicroBatch batch =
        settings
            .objective()
            .batch(settings.model(), set, Arrays.copyOf(of.examples(), count), of.epoch());
    try (Context context = settings.model().newContext()) {
      context.reserve(need);
      double seconds = 0;
      for (int i = 0; i < 2; i++) {
        long start = System.nanoTime();
        train(context, gradients, batch);
        seconds = (System.nanoTime() - start) * 1e-9;
      }
      return new Probe((double) batch.tokens(), seconds);
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
