// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import dev.gatun.generate.LanguageModel;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelSource;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.EncoderModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import java.nio.file.Path;

/** Loads models from folders and files, whatever their family and format. Thread-safe. */
public final class GatunModels {
  private GatunModels() {}

  /** Obtains and loads a decoder with its tokenizer, ready to chat; the caller closes it. */
  public static LanguageModel load(ModelSource source) {
    return LanguageModel.load(source);
  }

  /**
   * Loads a model with its parameters; the caller closes it.
   *
   * @param path a GGUF file, a safetensors file, or a folder with {@code config.json}
   */
  public static Model load(Path path, LoadOptions options) {
    try (ModelFiles files = ModelFiles.open(path)) {
      return ModelLoader.load(files, options);
    }
  }

  /**
   * Makes a model with fresh parameters; the caller closes it.
   *
   * @param config a {@code config.json}, with {@code model_type} and, for a head, {@code
   *     architectures}
   * @param options with {@link LoadOptions#withTrainable} to train it
   * @param seed the same seed gives the same parameters
   */
  public static Model create(Path config, LoadOptions options, long seed) {
    return create(JsonConfig.read(config), options, seed);
  }

  /** The same from a configuration in memory. */
  public static Model create(JsonConfig config, LoadOptions options, long seed) {
    return ModelLoader.create(config, options, seed);
  }

  /**
   * Loads a decoder.
   *
   * @throws IllegalArgumentException if the model is not a decoder
   */
  public static CausalModel loadCausal(Path path, LoadOptions options) {
    return as(CausalModel.class, path, options, "decoder");
  }

  /**
   * Loads an encoder.
   *
   * @throws IllegalArgumentException if the model is not an encoder
   */
  public static EncoderModel loadEncoder(Path path, LoadOptions options) {
    return as(EncoderModel.class, path, options, "encoder");
  }

  private static <M extends Model> M as(
      Class<M> type, Path path, LoadOptions options, String shape) {
    Model model = load(path, options);
    if (!type.isInstance(model)) {
      model.close();
      throw new IllegalArgumentException(
          path + ": a model of architecture " + model.architecture() + " is no " + shape);
    }
    return type.cast(model);
  }
}
