// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/** Why an answer ended. */
public enum FinishReason {
  /** An end token or a stop string. */
  STOP,
  /** The limit of new tokens, or the model's context. */
  LENGTH,
  /** The caller cancelled. */
  CANCELLED
}
