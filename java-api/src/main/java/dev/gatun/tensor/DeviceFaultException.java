// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * A kernel or a copy failed on a GPU. After most of such faults the device is unusable: every later
 * call on it fails with this exception too, until the process ends.
 */
public final class DeviceFaultException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message states the operation that failed, the card's name and the driver's words. */
  public DeviceFaultException(String message, Throwable cause) {
    super(message, cause);
  }
}
