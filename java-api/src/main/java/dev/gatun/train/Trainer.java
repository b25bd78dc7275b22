// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.autograd.Gradients;
import dev.gatun.data.Batching;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tensor.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Trains a model that was loaded or created trainable.
 *
 * {@snippet :
 * Trainer trainer =
 *     Trainer.builder(model, Objective.nextToken())
 *         .optimizer(AdamW.withLearningRate(3e-4))
 *         .schedule(LearningRateSchedule.cosine().withWarmupRatio(0.05))
 *         .batching(Batching.tokens(4096))
 *         .epochs(3)
 *         .build();
 * trainer.fit(trainSet, evalSet);
 * model.save(folder);
 * }
 *
 * <p>A run is a function of the model's values, the settings and the data: the same bits for any
 * number of threads, and after a resume. One run at a time; nothing else may use the model
 * meanwhile. {@link #stop} may be called from any thread.
 */
public final class Trainer {
  private final TrainerSettings settings;
  private final Storage storage;
  private volatile boolean stopping;

  Trainer(TrainerSettings settings, Storage storage) {
    this.settings = settings;
    this.storage = storage;
  }

  /** A trainer to be, with the defaults that {@link TrainerBuilder} names. */
  public static TrainerBuilder builder(TrainableModel model, Objective objective) {
    return new TrainerBuilder(model, objective);
  }

  /**
   * What a run would need, without changing the model: memory and time. Runs two small batches if
   * the memory will do.
   *
   * @throws dev.gatun.data.DataException if an example cannot be learnt from
   */
  public TrainingPlan plan(ExampleSet train) {
    settings.objective().check(settings.model(), train);
    Schedule schedule = settings.schedule(train);
    long available = AvailableMemory.of(settings.model().device().info());
    Planner planner = new Planner(settings, train, null, schedule);
    TrainingPlan plan = planner.plan(available);
    if (!plan.fits()) {
      return plan;
    }
    try (Gradients gradients = new Gradients(settings.model().device(), settings.trainable())) {
      return plan.withTime(planner.time(gradients));
    }
  }

  /** Trains without evaluation. */
  public TrainingResult fit(ExampleSet train) {
    return run(train, null);
  }

  /**
   * Trains, and evaluates on a set that is not learnt from.
   *
   * @throws dev.gatun.data.DataException if an example cannot be learnt from
   * @throws OutOfDeviceMemoryException before the first step, if memory will not do; it says what
   *     to lower
   * @throws CheckpointException if a checkpoint cannot be written, or the one to resume from is of
   *     another run
   * @throws NonFiniteException if a loss or gradient is infinite or NaN
   */
  public TrainingResult fit(ExampleSet train, ExampleSet eval) {
    return run(train, eval);
  }

  /** Ends the run after its current step, with a checkpoint if the run has any. */
  public void stop() {
    stopping = true;
  }

  private TrainingResult run(ExampleSet train, ExampleSet eval) {
    long start = System.nanoTime();
    stopping = false;
    settings.objective().check(settings.model(), train);
    if (eval != null) {
      settings.objective().check(settings.model(), eval);
    }
    CheckpointStore store = store();
    Optional<Path> checkpoint = store == null ? Optional.empty() : found(store);
    Schedule schedule = settings.schedule(train);
    TrainableModel model = settings.model();
    List<Parameter> trainable = settings.trainable();
    long available = AvailableMemory.of(model.device().info());
    Planner planner = new Planner(settings, train, eval, schedule);
    TrainingPlan plan = planner.plan(available);
    if (!plan.fits()) {
      throw tooLarge(plan);
    }
    try (Gradients gradients = taken(plan, () -> new Gradients(model.device(), trainable))) {
      TrainingPlan timed = plan.withTime(taken(plan, () -> planner.time(gradients)));
      try (Run run =
          taken(plan, () -> new Run(settings, train, schedule, gradients, planner.contextNeed()))) {
        checkpoint.ifPresent(run::restore);
        tell(listener -> listener.started(run.step(), timed));
        Optional<EvaluationReport> last = steps(run, eval, store);
        Duration duration = Duration.ofNanos(System.nanoTime() - start);
        TrainingResult result = new TrainingResult(run.step(), run.isComplete(), duration, last);
        tell(listener -> listener.ended(result));
        return result;
      }
    }
  }

  /** What takes memory that is needed for the run, with the advice if it is not there. */
  private static <T> T taken(TrainingPlan plan, Supplier<T> step) {
    try {
      return step.get();
    } catch (OutOfDeviceMemoryException e) {
      throw new OutOfDeviceMemoryException(
          "training: too little memory: "
              + e.getMessage()
              + String.join("", plan.advice().stream().map(line -> "; " + line).toList()));
    }
  }

  private Optional<EvaluationReport> steps(Run run, ExampleSet eval, CheckpointStore store) {
    Optional<EvaluationReport> last = Optional.empty();
    long saved = run.step() == 0 ? -1 : run.step();
    while (!run.isComplete() && !stopping) {
      StepReport report = settings.model().lifetime().during(run::makeStep);
      tell(listener -> listener.stepped(report));
      boolean end = run.isComplete();
      if (eval != null && (end || run.step() % settings.evaluateEvery() == 0)) {
        EvaluationReport evaluation = run.evaluate(context -> evaluate(context, run.step(), eval));
        tell(listener -> listener.evaluated(evaluation));
        last = Optional.of(evaluation);
      }
      if (store != null && run.step() % settings.checkpointing().everySteps() == 0) {
        save(run, store);
        saved = run.step();
      }
    }
    if (store != null && saved != run.step() && run.step() > 0) {
      save(run, store);
    }
    return last;
  }

  private void save(Run run, CheckpointStore store) {
    Path path = run.save(store);
    tell(listener -> listener.saved(run.step(), path));
  }

  private CheckpointStore store() {
    Checkpointing checkpointing = settings.checkpointing();
    return checkpointing == null
        ? null
        : new CheckpointStore(checkpointing.folder(), checkpointing.keep(), storage);
  }

  /** The checkpoint to go on from; empty for a new run. */
  private Optional<Path> found(CheckpointStore store) {
    CheckpointStore.Search search = store.newest();
    search
        .damaged()
        .forEach(damage ->
            tell(listener -> listener.warned("damaged checkpoint passed over: " + damage)));
    if (search.checkpoint().isEmpty()) {
      if (settings.resume() && !search.damaged().isEmpty()) {
        throw new CheckpointException(
            "resume: no checkpoint is intact: " + String.join("; ", search.damaged()));
      }
      return Optional.empty();
    }
    if (!settings.resume()) {
      throw new CheckpointException(
          search.checkpoint().get()
              + " is the checkpoint of an earlier run: resume it, or choose another folder");
    }
    return search.checkpoint();
  }

  private static OutOfDeviceMemoryException tooLarge(TrainingPlan plan) {
    StringBuilder text = new StringBuilder("training: too little memory: ");
    text.append(Texts.bytes(plan.neededBytes())).append(" needed (");
    List<String> parts = new ArrayList<>();
    plan.memory()
        .forEach((name, bytes) -> {
          if (!name.equals("weights")) {
            parts.add(name + " " + Texts.bytes(bytes));
          }
        });
    text.append(String.join(", ", parts)).append("), ");
    text.append(Texts.bytes(plan.availableBytes())).append(" available");
    plan.advice().forEach(line -> text.append("; ").append(line));
    return new OutOfDeviceMemoryException(text.toString());
  }

  private interface Call {
    void to(TrainingListener listener);
  }

  private void tell(Call call) {
    settings.listeners().forEach(call::to);
  }

  /** Evaluates the model as it is. */
  public EvaluationReport evaluate(ExampleSet set) {
    settings.objective().check(settings.model(), set);
    return settings
        .model()
        .lifetime()
        .during(() -> {
          try (Context context = settings.model().newContext()) {
            return evaluate(context, 0, set);
          }
        });
  }

  private EvaluationReport evaluate(Context context, long step, ExampleSet set) {
    TrainableModel model = settings.model();
    Objective objective = settings.objective();
    Batching batching = settings.batching().inOrder();
    List<MicroBatch> batches = new ArrayList<>();
    for (int[] examples : batching.epoch(set, 0)) {
      batches.add(objective.batch(model, set, examples, 0));
    }
    LossOptions options = LossOptions.of(LabelCounts.of(model, batches));
    Measures measures = objective.measures();
    for (MicroBatch batch : batches) {
      try (Workspace.Scope _ = context.workspace().scope()) {
        measures.add(context, objective, model, batch, options);
      }
    }
    Map<String, Double> values = new LinkedHashMap<>(measures.values());
    settings.evaluators().forEach(evaluator -> values.putAll(evaluator.evaluate(model)));
    return new EvaluationReport(step, values);
  }
}
