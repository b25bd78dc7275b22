// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.UnsupportedModelException;
import java.util.List;

/**
 * A family of models that can be loaded, found by {@link java.util.ServiceLoader}. Implementations
 * are stateless.
 */
public interface ModelFamily {
  /** Whether the files are of this family; they have been opened, nothing has been read. */
  boolean accepts(ModelFiles files);

  /** The names it is known by in files ({@code model_type}, {@code general.architecture}). */
  List<String> names();

  /**
   * Builds the model.
   *
   * @param files stay the caller's
   * @param memory empty; the model becomes its owner when this returns normally
   */
  Model load(ModelFiles files, ModelMemory memory);

  /**
   * Builds a model with fresh parameters.
   *
   * @param config as in {@code config.json}; {@code model_type} is one of {@link #names()}
   * @param memory empty; the model becomes its owner when this returns normally
   * @param seed of the random numbers
   * @throws UnsupportedModelException if the family cannot
   */
  default Model create(JsonConfig config, ModelMemory memory, long seed) {
    throw new UnsupportedModelException(
        config.file() + ": models of " + names() + " can be loaded, but not made from a config");
  }
}
