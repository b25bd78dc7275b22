// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

/**
 * A native call failed for a reason that is neither the caller's argument nor an unsupported
 * combination: a device fault, a fault inside the library, or a library that cannot be loaded.
 */
public class NativeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The status that the native function returned; 0 where no function was called. */
  private final int status;

  /**
   * Creates an exception.
   *
   * @param status the status that the native function returned, 0 if none was called
   * @param message operation, argument, expected, got
   */
  public NativeException(int status, String message) {
    super(message);
    this.status = status;
  }

  /**
   * Creates an exception with a cause, for failures to load the library.
   *
   * @param message what failed and what to do
   * @param cause the loader's own exception
   */
  public NativeException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
  }

  /**
   * The status that the native function returned.
   *
   * @return a {@code GATUN_STATUS_*} value, 0 if no function was called
   */
  public int status() {
    return status;
  }
}
