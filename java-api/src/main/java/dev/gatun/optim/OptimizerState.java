// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

import dev.gatun.autograd.Gradients;
import dev.gatun.nn.Parameter;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** What an optimiser keeps of a run. One thread at a time; close it before the model. */
public interface OptimizerState extends AutoCloseable {
  /** The parameters, in the order in which they were given. */
  List<Parameter> parameters();

  /** Steps that have been made. */
  long steps();

  /** Continues after {@code steps} steps, once the buffers have been filled. */
  void resume(long steps);

  /**
   * The buffers of a parameter by name, each a vector in the order of {@link Parameter#values()}:
   * what a checkpoint holds.
   */
  Map<String, Tensor> buffers(Parameter parameter);

  /**
   * Changes all parameters, and sets the gradients to zero in the same pass.
   *
   * @param gradients of the same parameters
   * @param learningRate of this step
   * @param gradientScale of the gradients, for clipping; positive
   */
  void step(Context context, Gradients gradients, double learningRate, double gradientScale);

  /** Frees the buffers; a second call is harmless. */
  @Override
  void close();
}
