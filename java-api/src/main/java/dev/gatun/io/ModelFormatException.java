// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/**
 * A file of a model is wrong: truncated, inconsistent, oversized or not what its name says. The
 * message names the file, the field, what was expected, what was found and what to do.
 */
public final class ModelFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with a message for the user. */
  public ModelFormatException(String message) {
    super(message);
  }

  /** An error with a message for the user and what caused it. */
  public ModelFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
