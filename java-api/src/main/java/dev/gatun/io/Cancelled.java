// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.util.concurrent.CancellationException;

/** Ends long steps of an interrupted thread; the interrupt stays set for the caller. */
final class Cancelled {
  private Cancelled() {}

  static void check(String what) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(what + " was interrupted");
    }
  }
}
