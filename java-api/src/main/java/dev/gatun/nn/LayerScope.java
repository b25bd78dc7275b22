// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.util.function.UnaryOperator;

/** How a stack runs one of its layers. */
public final class LayerScope {
  private LayerScope() {}

  /**
   * Runs a layer. In inference its activations are dropped as soon as it returns, so it has to
   * change x in place and return it, as {@code addTo} and {@code normSum} do; when the context
   * records they are kept, or computed again in the backward.
   *
   * @param x [N, E]
   * @param layer x to a tensor of the same shape; may run more than once, so it has no side effects
   */
  public static Tensor run(Context context, Tensor x, UnaryOperator<Tensor> layer) {
    Recorder recorder = context.recorder();
    if (recorder != null) {
      return recorder.layer(context, x, layer);
    }
    try (Workspace.Scope _ = context.workspace().scope()) {
      return layer.apply(x);
    }
  }
}
