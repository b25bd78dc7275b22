// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/** The driver of a GPU does not support the toolkit that its kernels were built with. */
public final class DriverTooOldException extends DeviceUnavailableException {
  private static final long serialVersionUID = 1L;

  /** The message states what the driver supports and what is expected. */
  public DriverTooOldException(String message, Throwable cause) {
    super(message, cause);
  }
}
