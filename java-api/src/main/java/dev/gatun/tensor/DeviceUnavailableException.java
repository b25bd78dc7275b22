// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * A device cannot be used on this machine: its library is missing, does not fit this version, or
 * may not be loaded; there is no GPU, or none that can be used.
 */
public class DeviceUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The message lists the paths tried, the platform, the reason and what to do. */
  public DeviceUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
