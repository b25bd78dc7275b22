// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

/**
 * Clipping by the norm of all gradients as one vector, with PyTorch's formula. It costs no pass of
 * its own: the scale goes into the optimiser's step.
 *
 * @param maxNorm infinity for none
 */
public record GradientClipping(double maxNorm) {
  private static final double EPS = 1e-6;

  /** No clipping. */
  public static final GradientClipping NONE = new GradientClipping(Double.POSITIVE_INFINITY);

  /** Checks the range. */
  public GradientClipping {
    if (!(maxNorm > 0)) {
      throw new IllegalArgumentException(
          "clipping: maximum norm is " + maxNorm + ", expected a positive number");
    }
  }

  /** min(1, maxNorm / (norm + 1e-6)). */
  public double scale(double norm) {
    return Math.min(1, maxNorm / (norm + EPS));
  }
}
