// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.ExampleSet;
import dev.gatun.data.LabelNames;
import dev.gatun.data.Row;
import dev.gatun.data.Rows;
import dev.gatun.data.TextExamples;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.EncoderModel;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.train.Objective;
import dev.gatun.train.Pretrained;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Puts texts into classes. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description = "Trains a model to put texts, or pairs of texts, into classes.")
final class ClassifyTask extends TrainingTask {
  private static final Map<String, String> ARCHITECTURES =
      Map.of(
          "bert", "BertForSequenceClassification",
          "bart", "BartForSequenceClassification",
          "t5", "T5ForSequenceClassification");

  /** What a classifier adds to a model. */
  private static final List<String> HEADS =
      List.of(
          "classifier",
          "pooler.dense",
          "classification_head.dense",
          "classification_head.out_proj");

  @Mixin private SourceOptions source;
  @Mixin private ComputeOptions compute;
  @Mixin private LoraOptions lora;

  @Option(names = "--text", paramLabel = "COLUMN", description = "The text (default text).")
  private String text = "text";

  @Option(names = "--second", paramLabel = "COLUMN", description = "A second text, for pairs.")
  private String second;

  @Option(names = "--label", paramLabel = "COLUMN", description = "The class (default label).")
  private String label = "label";

  private LabelNames labels;

  ClassifyTask(Interrupt interrupt) {
    super(interrupt);
  }

  @Override
  public Integer call() {
    List<Row> rows = Rows.read(options().train);
    labels = LabelNames.of(rows, label);
    if (labels.size() < 2) {
      throw new IllegalArgumentException(
          options().train
              + ": expected at least two classes in "
              + label
              + ", got "
              + labels.names());
    }
    Path path = source.resolve("embedding", progress());
    return train(
        trained(
            path,
            (files, load) ->
                Pretrained.withHead(
                    files, architecture(files), labels.names(), load, options().seed)),
        compute,
        lora,
        rows);
  }

  private static String architecture(ModelFiles files) {
    String architecture = ARCHITECTURES.get(files.architecture());
    if (architecture == null || files.format() == ModelFiles.Format.GGUF) {
      throw new UnsupportedModelException(
          files.path()
              + ": a "
              + files.format()
              + " of architecture \""
              + files.architecture()
              + "\" cannot get a head for classes; expected safetensors of "
              + ARCHITECTURES.keySet().stream().sorted().toList());
    }
    return architecture;
  }

  @Override
  ExampleSet examples(List<Row> rows, Tokenizer tokenizer, TrainableModel model, int maxLength) {
    return new TextExamples(tokenizer, maxLength).classification(rows, text, second, label, labels);
  }

  @Override
  Objective objective() {
    return Objective.sequenceClassification(labels.size());
  }

  @Override
  int positions(TrainableModel model) {
    return switch (model) {
      case EncoderModel encoder -> encoder.contextLength();
      case Seq2SeqModel writer -> writer.sourceLength();
      default -> Integer.MAX_VALUE;
    };
  }

  @Override
  List<String> modulesToSave(TrainableModel model) {
    if (model == null) {
      return HEADS;
    }
    return HEADS.stream()
        .filter(head -> model.parameters().stream().anyMatch(parameter -> isOf(parameter, head)))
        .toList();
  }

  private static boolean isOf(Parameter parameter, String module) {
    String name = parameter.name();
    return name.startsWith(module + ".") || name.contains("." + module + ".");
  }
}
