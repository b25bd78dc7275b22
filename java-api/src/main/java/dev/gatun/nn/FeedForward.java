// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Activation;
import dev.gatun.ops.Products;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;

/**
 * Feed-forward of a block, [N, E] to [N, E]: plain, down(act(up(x))), or gated, down(act(gate(x)) *
 * up(x)). The activation, the gate and the residual are fused into the products.
 */
public final class FeedForward implements Layer {
  private final Linear gate;
  private final Linear up;
  private final Linear down;
  private final Activation activation;

  private FeedForward(Linear gate, Linear up, Linear down, Activation activation) {
    this.gate = gate;
    this.up = up;
    this.down = down;
    this.activation = activation;
  }

  /** down(act(up(x))). */
  public static FeedForward plain(Linear up, Linear down, Activation activation) {
    return new FeedForward(null, up, down, activation);
  }

  /** down(act(gate(x)) * up(x)). Shazeer 2020, arXiv 2002.05202. */
  public static FeedForward gated(Linear gate, Linear up, Linear down, Activation activation) {
    return new FeedForward(gate, up, down, activation);
  }

  /** x [N, E] to [N, E]. */
  public Tensor forward(Context context, Tensor x) {
    return down.forward(context, inner(context, x));
  }

  /** residual += forward(x), in place; both [N, E]. */
  public void addTo(Context context, Tensor x, Tensor residual) {
    down.addTo(context, inner(context, x), residual);
  }

  private Tensor inner(Context context, Tensor x) {
    return gate == null
        ? up.forward(context, x, Epilogue.of(activation))
        : Products.gatedLinear(
            context, x, gate.weight(), up.weight(), gate.bias(), up.bias(), activation);
  }

  @Override
  public List<Parameter> parameters() {
    return Layer.parametersOf(gate, up, down);
  }
}
