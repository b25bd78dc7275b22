// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import java.util.function.UnaryOperator;

/**
 * Takes note of the operations of a step, so that gradients can be computed afterwards. Operations
 * talk to it; {@code dev.gatun.autograd.Tape} is the implementation that users open.
 *
 * <p>An activation <em>needs</em> a gradient if something trainable lies before it. The gradient of
 * an activation has its shape, and views of one allocation share theirs. The first contribution
 * writes it, later ones add to it.
 *
 * <p>One thread at a time, the one that runs the context.
 */
public interface Recorder {
  /** The backward of a recorded operation: reads the gradients of its outputs, contributes. */
  @FunctionalInterface
  interface Step {
    /** Runs native operations on {@code context}; nothing of it is recorded. */
    void run(Context context, Recorder recorder);
  }

  /**
   * Where a gradient goes.
   *
   * @param tensor of the activation's shape
   * @param accumulate add to what is there; otherwise contents are undefined
   */
  record Contribution(Tensor tensor, boolean accumulate) {
    /** 1 to add, 0 to write, as native operations want it. */
    public int flag() {
      return accumulate ? 1 : 0;
    }
  }

  /** Whether a gradient of this activation or vector parameter is wanted; null is not. */
  boolean needs(Tensor tensor);

  /** Whether a gradient of this matrix is wanted; null is not. */
  boolean needs(Weight weight);

  /** Records an operation; its outputs need gradients from now on. */
  void record(Step step, Tensor... outputs);

  /**
   * Runs a layer, x to a tensor of x's shape. Its inside is kept, or computed again in the backward
   * where the recorder saves memory (gradient checkpointing).
   */
  Tensor layer(Context context, Tensor x, UnaryOperator<Tensor> body);

  /** The gradient that arrived at an output, or null if none did. */
  Tensor gradient(Tensor output);

  /** The same for an operation that changes it in place. */
  Tensor exclusiveGradient(Tensor output);

  /** Where to put a gradient of all elements of an activation, or null if none is needed. */
  Contribution contribute(Tensor activation);

  /** The same for an operation that touches some rows only: always to be added to. */
  Contribution contributeSome(Tensor activation);

  /**
   * The same, in the memory of the activation itself: for an activation that only the operation
   * contributing here has read and whose producer does not read it again.
   */
  Contribution contributeInPlace(Tensor activation);

  /** Adds the gradient of {@code output} to that of {@code input}, which has the same shape. */
  void pass(Tensor output, Tensor input);

  /** The buffer that gradients of a matrix are added to, in panel order; null if it is frozen. */
  Tensor weightGradient(Weight weight);

  /** The buffer that gradients of a vector parameter are added to; null if it is frozen. */
  Tensor vectorGradient(Tensor vector);
}
