// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Batching;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.GradientClipping;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Puts a {@link Trainer} together. Defaults: all trainable parameters, AdamW with rate 5e-5 and
 * decay 0.01, linear decay without warm-up, clipping at norm 1, 8 sequences a batch, no
 * accumulation, 3 epochs, seed 0, dropout as the model's configuration has it. Not thread-safe.
 */
public final class TrainerBuilder {
  private static final double DEFAULT_RATE = 5e-5;
  private static final int DEFAULT_SEQUENCES = 8;
  private static final int DEFAULT_EPOCHS = 3;

  private final TrainableModel model;
  private final Objective objective;
  private final List<Evaluator> evaluators = new ArrayList<>();
  private final List<TrainingListener> listeners = new ArrayList<>();
  private List<Parameter> trainable;
  private Optimizer optimizer = AdamW.withLearningRate(DEFAULT_RATE);
  private LearningRateSchedule schedule = LearningRateSchedule.linear();
  private GradientClipping clipping = new GradientClipping(1);
  private Batching batching = Batching.sequences(DEFAULT_SEQUENCES);
  private int accumulation = 1;
  private long steps;
  private int epochs = DEFAULT_EPOCHS;
  private long seed;
  private boolean dropout = true;
  private boolean gradientCheckpointing;
  private Checkpointing checkpointing;
  private boolean resume;
  private long evaluateEvery = Long.MAX_VALUE;
  private Storage storage = new DiskStorage();

  TrainerBuilder(TrainableModel model, Objective objective) {
    this.model = Objects.requireNonNull(model, "model");
    this.objective = Objects.requireNonNull(objective, "objective");
  }

  /** The parameters to train; all others are frozen and cost no backward work. */
  public TrainerBuilder trainable(List<Parameter> parameters) {
    trainable = List.copyOf(parameters);
    return this;
  }

  /** The optimiser. */
  public TrainerBuilder optimizer(Optimizer value) {
    optimizer = Objects.requireNonNull(value, "optimizer");
    return this;
  }

  /** The factor of the learning rate, by step. */
  public TrainerBuilder schedule(LearningRateSchedule value) {
    schedule = Objects.requireNonNull(value, "schedule");
    return this;
  }

  /** The most that the norm of all gradients may be. */
  public TrainerBuilder clipping(GradientClipping value) {
    clipping = Objects.requireNonNull(value, "clipping");
    return this;
  }

  /** How examples become micro-batches. */
  public TrainerBuilder batching(Batching value) {
    batching = Objects.requireNonNull(value, "batching");
    return this;
  }

  /**
   * Micro-batches of an optimiser step; its gradient is the mean over the labels of all of them.
   */
  public TrainerBuilder accumulation(int batches) {
    if (batches < 1) {
      throw new IllegalArgumentException(
          "trainer: accumulation is " + batches + ", expected at least 1");
    }
    accumulation = batches;
    return this;
  }

  /** Passes over the training set. */
  public TrainerBuilder epochs(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("trainer: epochs is " + count + ", expected at least 1");
    }
    epochs = count;
    steps = 0;
    return this;
  }

  /** Optimiser steps, instead of epochs. */
  public TrainerBuilder steps(long count) {
    if (count < 1) {
      throw new IllegalArgumentException("trainer: steps is " + count + ", expected at least 1");
    }
    steps = count;
    return this;
  }

  /** The seed of the order of examples and of dropout. */
  public TrainerBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** Whether dropout is on, where the model's configuration has it. */
  public TrainerBuilder dropout(boolean on) {
    dropout = on;
    return this;
  }

  /** Whether only the inputs of layers are kept: less memory, about a third more time. */
  public TrainerBuilder gradientCheckpointing(boolean on) {
    gradientCheckpointing = on;
    return this;
  }

  /** Where the run is saved so that it can be resumed. */
  public TrainerBuilder checkpointing(Checkpointing value) {
    checkpointing = Objects.requireNonNull(value, "checkpointing");
    return this;
  }

  /**
   * Whether to go on from the newest complete checkpoint of the folder, if there is one. The model
   * is to be built as for the first start.
   */
  public TrainerBuilder resume(boolean on) {
    resume = on;
    return this;
  }

  /** Evaluates after each so many steps; at the end in any case. */
  public TrainerBuilder evaluateEvery(long count) {
    if (count < 1) {
      throw new IllegalArgumentException(
          "trainer: evaluateEvery is " + count + ", expected at least 1");
    }
    evaluateEvery = count;
    return this;
  }

  /** Adds measures to every evaluation. */
  public TrainerBuilder evaluator(Evaluator evaluator) {
    evaluators.add(Objects.requireNonNull(evaluator, "evaluator"));
    return this;
  }

  /** Adds someone who is told what happens. */
  public TrainerBuilder listener(TrainingListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  TrainerBuilder storage(Storage value) {
    storage = value;
    return this;
  }

  /**
   * The trainer.
   *
   * @throws IllegalArgumentException if nothing can be trained, or to resume without a folder
   */
  public Trainer build() {
    List<Parameter> trained =
        trainable != null
            ? trainable
            : model.parameters().stream().filter(Parameter::isTrainable).toList();
    boolean matrices = trained.stream().anyMatch(parameter -> parameter.matrix() != null);
    if (trained.isEmpty() || trainable == null && !matrices) {
      throw new IllegalArgumentException(
          "trainer: no matrix of the model can be trained: load it with"
              + " LoadOptions.withTrainable(true), from F32, F16 or BF16");
    }
    for (Parameter parameter : trained) {
      if (!parameter.isTrainable()) {
        throw new IllegalArgumentException(
            "trainer: parameter "
                + parameter.name()
                + " is frozen: load the model with LoadOptions.withTrainable(true)");
      }
    }
    if (resume && checkpointing == null) {
      throw new IllegalArgumentException("trainer: resume needs a folder of checkpoints");
    }
    return new Trainer(
        new TrainerSettings(
            model,
            objective,
            trained,
            optimizer,
            schedule,
            clipping,
            batching.withSeed(seed),
            accumulation,
            steps,
            epochs,
            seed,
            dropout,
            gradientCheckpointing,
            checkpointing,
            resume,
            evaluateEvery,
            List.copyOf(evaluators),
            List.copyOf(listeners)),
        storage);
  }
}
