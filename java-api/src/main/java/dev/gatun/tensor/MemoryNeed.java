// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * What a context needs to go through a step.
 *
 * @param activationBytes of its workspace
 * @param gradientBytes of the workspace of activations' gradients
 * @param scratchBytes of the operation that takes most for itself
 */
public record MemoryNeed(long activationBytes, long gradientBytes, long scratchBytes) {
  /** No memory. */
  public static final MemoryNeed NONE = new MemoryNeed(0, 0, 0);

  /** What holds either step. */
  public MemoryNeed or(MemoryNeed other) {
    return new MemoryNeed(
        Math.max(activationBytes, other.activationBytes),
        Math.max(gradientBytes, other.gradientBytes),
        Math.max(scratchBytes, other.scratchBytes));
  }

  /** All bytes. */
  public long bytes() {
    return activationBytes + gradientBytes + scratchBytes;
  }
}
