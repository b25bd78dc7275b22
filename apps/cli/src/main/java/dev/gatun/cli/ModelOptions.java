// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine.Mixin;

/** Which model, and how it is loaded. */
final class ModelOptions {
  @Mixin private SourceOptions source;
  @Mixin private ComputeOptions compute;

  /** The model's file or folder, fetched if necessary. */
  Path resolve(String use, ProgressLine progress) {
    return source.resolve(use, progress);
  }

  /** Loads a model on a device of its own, which the caller closes with the model. */
  <T> T load(Path path, ProgressLine progress, Function<LoadOptions, T> loader) {
    return compute.load(path, progress, Arithmetic.FAST, loader);
  }
}
