// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.Batching;
import dev.gatun.nn.TrainableModel;
import dev.gatun.optim.AdamW;
import dev.gatun.optim.GradientClipping;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.train.Checkpointing;
import dev.gatun.train.Objective;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainerBuilder;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Data, output and settings that every kind of training has. */
final class TrainingOptions {
  private static final String CHECKPOINTS = "checkpoints";

  @Option(
      names = "--train",
      paramLabel = "FILE",
      required = true,
      description =
          "What is learnt from: JSON lines (.jsonl), CSV (.csv, .tsv, with a header) or text, a row"
              + " per line.")
  Path train;

  @Option(
      names = "--eval",
      paramLabel = "FILE",
      description = "What is only measured, before the training and at its end.")
  Path eval;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "Gets the model or adapter, metrics.jsonl, loss.svg and checkpoints.")
  Path out;

  @Option(
      names = "--resume",
      description = "Go on from the newest checkpoint in the output folder, bit for bit.")
  boolean resume;

  @Option(
      names = "--dry-run",
      description = "Say what memory and time it would take, and change nothing.")
  boolean dryRun;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the data (default 3).")
  private int epochs = 3;

  @Option(names = "--steps", paramLabel = "N", description = "Optimiser steps, instead of epochs.")
  private long steps;

  @Option(names = "--batch", paramLabel = "N", description = "Examples of a batch (default 8).")
  private int batch = 8;

  @Option(
      names = "--batch-tokens",
      paramLabel = "N",
      description = "Most tokens of a batch; no limit by default.")
  private int batchTokens = Integer.MAX_VALUE;

  @Option(
      names = "--accumulate",
      paramLabel = "N",
      description = "Batches of an optimiser step (default 1).")
  private int accumulate = 1;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Learning rate; by default 5e-5, 2e-4 with --lora, 1e-3 from scratch.")
  private Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "KIND",
      description = "Of the learning rate: linear (default), cosine or constant.")
  private String schedule = "linear";

  @Option(
      names = "--warmup",
      paramLabel = "X",
      description = "Steps of warm-up, or below 1 a share of all steps (default 0.05).")
  private double warmup = 0.05;

  @Option(names = "--weight-decay", paramLabel = "X", description = "Of matrices (default 0.01).")
  private double weightDecay = 0.01;

  @Option(names = "--clip", paramLabel = "X", description = "Largest gradient norm (default 1).")
  private double clip = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of fresh parameters, the order of examples and dropout (default 0).")
  long seed;

  @Option(names = "--no-shuffle", description = "Take the examples in the order of the file.")
  private boolean inOrder;

  @Option(names = "--no-dropout", description = "Without dropout, whatever the model says.")
  private boolean noDropout;

  @Option(names = "--gradient-checkpointing", description = "Less memory for a third more time.")
  private boolean gradientCheckpointing;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "Most tokens of a text (default 256, or what the model has positions for).")
  private int maxLength = 256;

  @Option(names = "--eval-every", paramLabel = "N", description = "Measure after each N steps too.")
  private long evalEvery = Long.MAX_VALUE;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Save after each N steps, so that --resume works; 0 (default) never.")
  private long checkpointEvery;

  @Option(
      names = "--keep",
      paramLabel = "N",
      description = "Checkpoints that are kept (default 2).")
  private int keep = 2;

  @Option(
      names = "--save-initial",
      paramLabel = "DIR",
      description = "Save the model as it is before the first step, too.")
  Path saveInitial;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "What is printed at the end: text (default) or json.")
  OutputFormat output = OutputFormat.TEXT;

  /** The most tokens of a text for a model with so many positions. */
  int maxLength(int positions) {
    if (maxLength < 2) {
      throw new IllegalArgumentException("--max-length is " + maxLength + ", expected at least 2");
    }
    return Math.min(maxLength, positions);
  }

  /** A trainer in the making; {@code usualRate} is used where no rate is given. */
  TrainerBuilder builder(TrainableModel model, Objective objective, double usualRate) {
    Batching batching = Batching.sequences(batch).withMaxTokens(batchTokens).withSeed(seed);
    double rate = learningRate == null ? usualRate : learningRate;
    TrainerBuilder builder =
        Trainer.builder(model, objective)
            .optimizer(AdamW.withLearningRate(rate).withWeightDecay(weightDecay))
            .schedule(warmedUp())
            .clipping(new GradientClipping(clip))
            .batching(inOrder ? batching.inOrder() : batching)
            .accumulation(accumulate)
            .seed(seed)
            .dropout(!noDropout)
            .gradientCheckpointing(gradientCheckpointing)
            .resume(resume)
            .evaluateEvery(evalEvery);
    if (checkpointEvery > 0 || resume) {
      Checkpointing checkpoints = Checkpointing.in(out.resolve(CHECKPOINTS)).keeping(keep);
      builder.checkpointing(checkpointEvery > 0 ? checkpoints.every(checkpointEvery) : checkpoints);
    }
    return steps > 0 ? builder.steps(steps) : builder.epochs(epochs);
  }

  private LearningRateSchedule warmedUp() {
    LearningRateSchedule shape =
        switch (schedule.toLowerCase(Locale.ROOT)) {
          case "linear" -> LearningRateSchedule.linear();
          case "cosine" -> LearningRateSchedule.cosine();
          case "constant" -> LearningRateSchedule.constant();
          default ->
              throw new IllegalArgumentException(
                  "--schedule is " + schedule + ", expected linear, cosine or constant");
        };
    return warmup < 1 ? shape.withWarmupRatio(warmup) : shape.withWarmup(Math.round(warmup));
  }
}
