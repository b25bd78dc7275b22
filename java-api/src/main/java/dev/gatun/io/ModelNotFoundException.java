// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/**
 * There is no such model, file or source, or it cannot be obtained: an unknown name, a missing
 * folder, no network, a missing package client. The message says what to do.
 */
public final class ModelNotFoundException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with a message for the user. */
  public ModelNotFoundException(String message) {
    super(message);
  }

  /** An error with a message for the user and what caused it. */
  public ModelNotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
