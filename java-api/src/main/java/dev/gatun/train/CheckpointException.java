// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

/**
 * A checkpoint that could not be written, or cannot be resumed from. The message says what to do;
 * complete checkpoints that were there stay untouched.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckpointException(String message) {
    super(message);
  }

  CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
