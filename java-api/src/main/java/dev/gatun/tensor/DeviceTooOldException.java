// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/** A GPU is older than the oldest that there are kernels for. */
public final class DeviceTooOldException extends DeviceUnavailableException {
  private static final long serialVersionUID = 1L;

  /** The message states the card's name and its compute capability. */
  public DeviceTooOldException(String message, Throwable cause) {
    super(message, cause);
  }
}
