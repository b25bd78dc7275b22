// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.OptimizerState;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.MemoryNeed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The state of one run: position, gradients, optimiser; and how it makes a step. */
final class Run implements AutoCloseable {
  /** Weight of the newest step in the average that the remaining time is estimated from. */
  private static final double NEWEST = 0.1;

  private final TrainerSettings settings;
  private final TrainableModel model;
  private final ExampleSet set;
  private final Schedule schedule;
  private final Gradients gradients;
  private final Context context;
  private final OptimizerState optimizer;
  private final RunFiles files;
  private Position position = Position.START;
  private double secondsPerStep;

  /**
   * Before the first step.
   *
   * @param gradients stay the caller's
   * @param need of a step, which is taken now
   */
  Run(
      TrainerSettings settings,
      ExampleSet set,
      Schedule schedule,
      Gradients gradients,
      MemoryNeed need) {
    this.settings = settings;
    this.model = settings.model();
    this.set = set;
    this.schedule = schedule;
    this.gradients = gradients;
    this.optimizer = settings.optimizer().newState(model.device(), settings.trainable());
    this.context = model.newContext();
    try {
      context.reserve(need);
      this.files = new RunFiles(settings.identity(set, schedule.totalSteps()), optimizer);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  long step() {
    return position.step();
  }

  boolean isComplete() {
    return position.step() >= schedule.totalSteps();
  }

  void restore(Path checkpoint) {
    position = files.restore(context, checkpoint);
  }

  Path save(CheckpointStore store) {
    return store.write(position.step(), files.contents(position));
  }

  /** Evaluates in the memory of the run. */
  EvaluationReport evaluate(Function<Context, EvaluationReport> evaluation) {
    return model.lifetime().during(() -> evaluation.apply(context));
  }

  /** Makes one optimiser step. */
  StepReport makeStep() {
    long start = System.nanoTime();
    List<MicroBatch> batches = new ArrayList<>();
    for (int[] examples : schedule.step(position)) {
      batches.add(settings.objective().batch(model, set, examples, position.epoch()));
    }
    long[] counts = LabelCounts.of(model, batches);
    long labels = Arrays.stream(counts).sum();
    double rate =
        settings.optimizer().learningRate()
            * settings.schedule().factor(position.step(), schedule.totalSteps());
    double loss = Double.NaN;
    double norm = 0;
    if (labels > 0) {
      loss = accumulate(batches, options(counts));
      norm = gradients.norm(context);
      if (!Double.isFinite(norm)) {
        throw new NonFinite(settings, context, position.step() + 1).ofGradients(gradients, batches);
      }
      optimizer.step(context, gradients, rate, settings.clipping().scale(norm));
    }
    position = schedule.after(position);
    long tokens = batches.stream().mapToLong(MicroBatch::tokens).sum();
    return report(loss, labels, norm, rate, tokens, (System.nanoTime() - start) * 1e-9);
  }

  private LossOptions options(long[] counts) {
    return LossOptions.of(counts).withSmoothing(settings.objective().smoothing());
  }

  /** Adds the gradients of all micro-batches; the mean loss over the labels of all of them. */
  private double accumulate(List<MicroBatch> batches, LossOptions options) {
    double loss = 0;
    for (int i = 0; i < batches.size(); i++) {
      Dropout dropout =
          settings.dropout() ? new Dropout(settings.seed(), position.passes() + i) : null;
      context.setDropout(dropout);
      try (Tape tape = new Tape(context, gradients, settings.gradientCheckpointing())) {
        LossValue value = settings.objective().loss(context, model, batches.get(i), options);
        if (Double.isFinite(value.value())) {
          tape.backward();
        }
        loss += value.value();
      } finally {
        context.setDropout(null);
      }
      if (!Double.isFinite(loss)) {
        throw new NonFinite(settings, context, position.step() + 1)
            .ofLoss(loss, batches, i, options);
      }
    }
    return loss;
  }

  private StepReport report(
      double loss, long labels, double norm, double rate, long tokens, double seconds) {
    secondsPerStep =
        secondsPerStep == 0 ? seconds : (1 - NEWEST) * secondsPerStep + NEWEST * seconds;
    long left = schedule.totalSteps() - position.step();
    return new StepReport(
        position.step(),
        schedule.totalSteps(),
        schedule.epochs(position),
        loss,
        labels,
        norm,
        rate,
        tokens,
        tokens / seconds,
        Duration.ofMillis(Math.round(1000 * left * secondsPerStep)),
        model.device().info().allocatedBytes());
  }

  @Override
  public void close() {
    context.close();
    optimizer.close();
  }
}
