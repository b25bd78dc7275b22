// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.ExampleSet;
import dev.gatun.data.Row;
import dev.gatun.data.Rows;
import dev.gatun.data.TextExamples;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.train.Objective;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continues texts: decoders. */
abstract class TextTask extends TrainingTask {
  @Option(names = "--text", paramLabel = "COLUMN", description = "The text (default text).")
  private String text = Row.TEXT;

  TextTask(Interrupt interrupt) {
    super(interrupt);
  }

  List<Row> rows() {
    return Rows.read(options().train);
  }

  @Override
  ExampleSet examples(List<Row> rows, Tokenizer tokenizer, TrainableModel model, int maxLength) {
    return new TextExamples(tokenizer, maxLength).documents(rows, text);
  }

  @Override
  Objective objective() {
    return Objective.nextToken();
  }

  @Override
  int positions(TrainableModel model) {
    return model instanceof CausalModel causal ? causal.contextLength() : Integer.MAX_VALUE;
  }

  /** From a trained model. */
  @Command(
      name = "lm",
      mixinStandardHelpOptions = true,
      description = "Trains a decoder to continue texts like those given.")
  static final class Finetune extends TextTask {
    @Mixin private SourceOptions source;
    @Mixin private ComputeOptions compute;
    @Mixin private LoraOptions lora;

    Finetune(Interrupt interrupt) {
      super(interrupt);
    }

    @Override
    public Integer call() {
      List<Row> rows = rows();
      Path path = source.resolve("chat", progress());
      return train(
          trained(path, (files, load) -> trainable(ModelLoader.load(files, load))),
          compute,
          lora,
          rows);
    }
  }

  /** From a configuration. */
  @Command(
      name = "lm",
      mixinStandardHelpOptions = true,
      description = "Trains a decoder from scratch.")
  static final class Train extends TextTask {
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
