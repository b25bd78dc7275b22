// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

/** Elementwise functions of a product's epilogue; codes are {@code GATUN_ACTIVATION_*}. */
public enum Activation {
  /** The identity. */
  NONE,
  /** max(x, 0). */
  RELU,
  /** x/2 (1 + erf(x / sqrt 2)). */
  GELU,
  /** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))). */
  GELU_TANH,
  /** x sigmoid(x). */
  SILU,
  /** tanh(x). */
  TANH,
  /** x sigmoid(1.702 x). */
  QUICK_GELU,
  /** 1 / (1 + exp(-x)). */
  SIGMOID;

  /** The native code. */
  public int code() {
    return ordinal();
  }

  /**
   * The function that a model configuration names.
   *
   * @throws IllegalArgumentException if the name is unknown
   */
  public static Activation ofName(String name) {
    return switch (name) {
      case "gelu", "gelu_python" -> GELU;
      case "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "gelu_accurate" -> GELU_TANH;
      case "silu", "swish" -> SILU;
      case "relu" -> RELU;
      case "tanh" -> TANH;
      case "quick_gelu" -> QUICK_GELU;
      case "sigmoid" -> SIGMOID;
      case "linear", "none" -> NONE;
      default ->
          throw new IllegalArgumentException(
              "activation \""
                  + name
                  + "\" is unknown, expected gelu, gelu_new, gelu_pytorch_tanh, silu, relu, tanh,"
                  + " quick_gelu or sigmoid");
    };
  }
}
