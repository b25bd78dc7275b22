// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.io.JsonConfig;
import java.util.List;
import java.util.function.Function;

/**
 * How a model is written to files that others can read.
 *
 * @param config its {@code config.json}
 * @param names the tensor that holds a parameter
 * @param buffers what the files hold besides the parameters, and training does not change
 */
public record ModelOrigin(
    JsonConfig config, Function<String, StoredTensor> names, List<Parameter> buffers) {
  /** Parameters only. */
  public ModelOrigin(JsonConfig config, Function<String, StoredTensor> names) {
    this(config, names, List.of());
  }

  /** The same with buffers. */
  public ModelOrigin withBuffers(List<Parameter> others) {
    return new ModelOrigin(config, names, List.copyOf(others));
  }
}
