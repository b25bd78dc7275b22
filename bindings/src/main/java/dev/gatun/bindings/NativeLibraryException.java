// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

/**
 * The native library is missing, cannot be loaded on this machine, or does not fit these bindings.
 * The message lists the platform, the paths tried with the reason for each, and what to do.
 */
public final class NativeLibraryException extends NativeException {
  private static final long serialVersionUID = 1L;

  NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
