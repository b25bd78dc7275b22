// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

import dev.gatun.nn.Parameter;
import dev.gatun.tensor.Device;
import java.util.List;
import java.util.Map;

/** The settings of an optimiser. Immutable; the state of a run is {@link OptimizerState}. */
public interface Optimizer {
  /** The base rate, which a schedule multiplies. */
  double learningRate();

  /**
   * The state before the first step.
   *
   * @param parameters trainable, each once
   * @throws dev.gatun.tensor.OutOfDeviceMemoryException if memory is short
   */
  OptimizerState newState(Device device, List<Parameter> parameters);

  /** Bytes that {@link #newState} will take. */
  long stateBytes(List<Parameter> parameters);

  /**
   * The settings by name, with everything that the result of a step depends on: what a resumed run
   * has to agree in.
   */
  Map<String, String> settings(List<Parameter> parameters);
}
