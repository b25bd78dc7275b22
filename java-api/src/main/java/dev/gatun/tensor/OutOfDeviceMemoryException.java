// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * A device's byte budget, or the memory of the machine or the card, does not hold what was asked
 * for.
 */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message states needed, free and the option that raises the budget. */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
