// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

/**
 * A device had too little memory or its budget was used up; the message states needed, free and the
 * knob.
 */
public final class NativeOutOfMemoryException extends NativeException {
  private static final long serialVersionUID = 1L;

  NativeOutOfMemoryException(int status, String message) {
    super(status, message);
  }
}
