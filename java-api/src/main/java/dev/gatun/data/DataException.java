// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

/**
 * Training data that cannot be used: a malformed line, a label out of range, an example that is too
 * long, nothing at all. The message names the file and the line, or the example.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message. */
  public DataException(String message) {
    super(message);
  }

  /** With a message and what was caught. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
