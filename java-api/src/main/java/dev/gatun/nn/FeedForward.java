// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Activation;
import dev.gatun.ops.Elementwise;
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
  private final float innerDropout;
  private final float dropout;

  private FeedForward(
      Linear gate,
      Linear up,
      Linear down,
      Activation activation,
      float innerDropout,
      float dropout) {
    this.gate = gate;
    this.up = up;
    this.down = down;
    this.activation = activation;
    this.innerDropout = innerDropout;
    this.dropout = dropout;
  }

  /** down(act(up(x))). */
  public static FeedForward plain(Linear up, Linear down, Activation activation) {
    return new FeedForward(null, up, down, activation, 0, 0);
  }

  /** down(act(gate(x)) * up(x)). Shazeer 2020, arXiv 2002.05202. */
  public static FeedForward gated(Linear gate, Linear up, Linear down, Activation activation) {
    return new FeedForward(gate, up, down, activation, 0, 0);
  }

  /**
   * The same with dropout, where the context has it on.
   *
   * @param inside probability behind the activation
   * @param after probability of the result
   */
  public FeedForward withDropout(double inside, double after) {
    return new FeedForward(gate, up, down, activation, (float) inside, (float) after);
  }

  /** x [N, E] to [N, E]. */
  public Tensor forward(Context context, Tensor x) {
    return Elementwise.dropout(context, down.forward(context, inner(context, x)), dropout, null);
  }

  /**
   * residual + forward(x); both [N, E].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor addTo(Context context, Tensor x, Tensor residual) {
    return down.addTo(context, inner(context, x), residual, dropout);
  }

  private Tensor inner(Context context, Tensor x) {
    return Elementwise.dropout(context, activated(context, x), innerDropout, null);
  }

  private Tensor activated(Context context, Tensor x) {
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
