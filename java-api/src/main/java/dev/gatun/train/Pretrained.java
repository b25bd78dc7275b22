// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Models that go from one task to another: a new head on trained layers, and back to files. */
public final class Pretrained {
  /** What a tokenizer or generation needs beside weights and {@code config.json}. */
  private static final List<String> COMPANIONS =
      List.of(
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.txt",
          "vocab.json",
          "merges.txt",
          "spiece.model",
          "sentencepiece.bpe.model",
          "tokenizer.model",
          "chat_template.jinja",
          "generation_config.json");

  private Pretrained() {}

  /**
   * Loads a model for training.
   *
   * @throws IllegalArgumentException if the architecture has nothing to learn from
   */
  public static TrainableModel load(ModelFiles files, LoadOptions options) {
    return trainable(ModelLoader.load(files, options.withTrainable(true)));
  }

  /**
   * Makes a model for a task: the parameters that the files have are theirs, the others, such as
   * those of a classifier, are drawn at random. Needs the memory of two models meanwhile.
   *
   * @param files of safetensors with {@code config.json}
   * @param architecture of the task, such as "BertForSequenceClassification"
   * @param labels names of the classes, by number; empty for a task without
   * @param seed of what is drawn
   */
  public static TrainableModel withHead(
      ModelFiles files, String architecture, List<String> labels, LoadOptions options, long seed) {
    JsonConfig config = config(files.config(), architecture, labels);
    Model fresh = ModelLoader.create(config, options.withTrainable(true), seed);
    LoadOptions here = options.withTrainable(true).withDevice(fresh.device());
    try (Model base = ModelLoader.load(files, here);
        Context context = fresh.newContext()) {
      Map<String, Parameter> known = new HashMap<>();
      base.parameters().forEach(parameter -> known.put(parameter.name(), parameter));
      for (Parameter parameter : fresh.parameters()) {
        Parameter from = known.get(parameter.name());
        if (from != null && Arrays.equals(from.shape(), parameter.shape())) {
          Elementwise.axpby(context, 1, flat(from.values()), 0, flat(parameter.values()));
          parameter.changed(context);
        }
      }
      return trainable(fresh);
    } catch (RuntimeException e) {
      fresh.close();
      throw e;
    }
  }

  private static Tensor flat(Tensor tensor) {
    return tensor.reshape(tensor.elementCount());
  }

  private static TrainableModel trainable(Model model) {
    if (model instanceof TrainableModel trainable) {
      return trainable;
    }
    model.close();
    throw new IllegalArgumentException(
        "train: a model of architecture "
            + model.architecture()
            + " without a head has no loss; name the architecture of a task");
  }

  private static JsonConfig config(JsonConfig base, String architecture, List<String> labels) {
    JsonConfig named = base.with("architectures", List.of(architecture));
    if (labels.isEmpty()) {
      return named;
    }
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (String label : labels) {
      names.put(Integer.toString(names.size()), label);
      numbers.put(label, (long) numbers.size());
    }
    return named
        .with("num_labels", (long) labels.size())
        .with("id2label", names)
        .with("label2id", numbers);
  }

  /**
   * Saves a model and, beside it, the tokenizer's files of the folder it came from, so that the new
   * folder is complete for this library and the reference framework.
   *
   * @throws UncheckedIOException if the disk is full or fails
   */
  public static void save(Model model, Path source, Path target) {
    model.save(target);
    try {
      for (String name : COMPANIONS) {
        Path file = source.resolve(name);
        if (Files.isRegularFile(file) && !source.toRealPath().equals(target.toRealPath())) {
          Files.copy(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(target + ": cannot be written: " + e.getMessage(), e);
    }
  }
}
