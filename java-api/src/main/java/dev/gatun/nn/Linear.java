// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Products;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.util.List;

/** y = x Wᵀ + b with W [O, K] and b [O] (optional): [N, K] to [N, O]. */
public final class Linear implements Layer {
  private final Parameter weight;
  private final Parameter bias;

  /** Around existing parameters; {@code bias} may be null. */
  public Linear(Parameter weight, Parameter bias) {
    this.weight = weight;
    this.bias = bias;
  }

  /** Takes {@code name.weight} and, where {@code withBias}, {@code name.bias}. */
  public Linear(ParameterSource source, String name, long in, long out, boolean withBias) {
    this(
        source.matrix(name + ".weight", out, in),
        withBias ? source.vector(name + ".bias", out) : null);
  }

  /** The same with a bias, of which FAST keeps at least 16 bits per value. */
  public static Linear precise(ParameterSource source, String name, long in, long out) {
    return new Linear(
        source.preciseMatrix(name + ".weight", out, in), source.vector(name + ".bias", out));
  }

  /** x [N, K] to [N, O]. */
  public Tensor forward(Context context, Tensor x) {
    return forward(context, x, Epilogue.NONE);
  }

  /** The same with what follows it fused. */
  public Tensor forward(Context context, Tensor x, Epilogue epilogue) {
    return Products.linear(context, x, weight(), bias(), epilogue);
  }

  /** The same for the rows of x that {@code rows} [R] lists: [R, O]. */
  public Tensor forward(Context context, Tensor x, Tensor rows, Epilogue epilogue) {
    return Products.linear(context, x, rows, weight(), bias(), epilogue);
  }

  /**
   * residual + forward(x): x [N, K], residual [N, O].
   *
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor addTo(Context context, Tensor x, Tensor residual) {
    return Products.addLinear(context, x, weight(), bias(), residual);
  }

  /**
   * residual + dropout(forward(x)): x [N, K], residual [N, O].
   *
   * @param dropout probability, where the context has dropout on
   * @return residual, changed in place; a new tensor when recording
   */
  public Tensor addTo(Context context, Tensor x, Tensor residual, float dropout) {
    return context.dropout() == null || dropout == 0
        ? addTo(context, x, residual)
        : Elementwise.dropout(context, forward(context, x), dropout, residual);
  }

  /** The matrix. */
  public Weight weight() {
    return weight.matrix();
  }

  /** The bias, or null. */
  public Tensor bias() {
    return bias == null ? null : bias.vector();
  }

  @Override
  public List<Parameter> parameters() {
    return bias == null ? List.of(weight) : List.of(weight, bias);
  }
}
