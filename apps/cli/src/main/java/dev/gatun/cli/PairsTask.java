// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.ExampleSet;
import dev.gatun.data.Row;
import dev.gatun.data.Rows;
import dev.gatun.data.TextExamples;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.train.Objective;
import dev.gatun.train.TrainerBuilder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a text for each text: encoder-decoders. */
abstract class PairsTask extends TrainingTask {
  @Option(names = "--source", paramLabel = "COLUMN", description = "What is read (default source).")
  private String source = "source";

  @Option(
      names = "--target",
      paramLabel = "COLUMN",
      description = "What is to be written (default target).")
  private String target = "target";

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      description = "Put before every source, such as \"summarize: \".")
  private String prefix = "";

  @Option(
      names = "--max-target",
      paramLabel = "N",
      description = "Most tokens of a target (default 128).")
  private int maxTarget = 128;

  @Option(
      names = "--label-smoothing",
      paramLabel = "X",
      description = "Share of the probability that is spread over the vocabulary (default 0).")
  private double smoothing;

  @Option(
      names = "--exact-match",
      description = "Also measure the share of targets that the model writes exactly.")
  private boolean exactMatch;

  PairsTask(Interrupt interrupt) {
    super(interrupt);
  }

  List<Row> rows() {
    return Rows.read(options().train);
  }

  @Override
  ExampleSet examples(List<Row> rows, Tokenizer tokenizer, TrainableModel model, int maxLength) {
    return new TextExamples(tokenizer, maxLength).pairs(rows, source, target, prefix, maxTarget);
  }

  @Override
  Objective objective() {
    return Objective.sequenceToSequence(smoothing);
  }

  @Override
  void measure(TrainerBuilder builder, ExampleSet evaluation) {
    if (exactMatch) {
      builder.evaluator(new ExactMatch(evaluation));
    }
  }

  @Override
  int positions(TrainableModel model) {
    return model instanceof Seq2SeqModel writer ? writer.sourceLength() : Integer.MAX_VALUE;
  }

  /** From a trained model. */
  @Command(
      name = "seq2seq",
      mixinStandardHelpOptions = true,
      description = "Trains an encoder-decoder to write a text for each text.")
  static final class Finetune extends PairsTask {
    @Mixin private SourceOptions model;
    @Mixin private ComputeOptions compute;
    @Mixin private LoraOptions lora;

    Finetune(Interrupt interrupt) {
      super(interrupt);
    }

    @Override
    public Integer call() {
      List<Row> rows = rows();
      Path path = model.resolve("summary", progress());
      return train(
          trained(path, (files, load) -> trainable(ModelLoader.load(files, load))),
          compute,
          lora,
          rows);
    }
  }

  /** From a configuration. */
  @Command(
      name = "seq2seq",
      mixinStandardHelpOptions = true,
      description = "Trains an encoder-decoder from scratch.")
  static final class Train extends PairsTask {
    @Mixin private ComputeOptions compute;

    @Option(
        names = "--config",
        paramLabel = "DIR",
        required = true,
        description = "A folder with config.json and a tokenizer's files.")
    private Path config;

    Train(Interrupt interrupt) {
      super(interrupt);
    }

    @Override
    public Integer call() {
      return train(fresh(config, options().seed), compute, null, rows());
    }
  }
}
