// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/**
 * The file may be well formed but this version cannot use it: an unknown architecture, tensor type
 * or tokenizer, or a container that is not read on purpose (pickle). The message says what to do.
 */
public final class UnsupportedModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error with a message for the user. */
  public UnsupportedModelException(String message) {
    super(message);
  }

  /** An error with a message for the user and what caused it. */
  public UnsupportedModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
