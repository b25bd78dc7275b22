// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.tensor.Device;

/** A case that was found in a folder. */
interface GoldenCase {
  /** Its folder, relative to the one that was searched. */
  String name();

  /** Runs it and reports what it found; an exception is a failure too. */
  void run(Report report, Device device) throws Exception;

  /** Bytes of the weights that are not part of the fixtures; 0 for a case that is complete. */
  default long weightBytes() {
    return 0;
  }

  /** A case that is known but cannot run. */
  record Skipped(String name, String reason) implements GoldenCase {
    @Override
    public void run(Report report, Device device) {
      report.skip(reason);
    }
  }

  /** Files that are no readable case. */
  record Unreadable(String name, String reason) implements GoldenCase {
    @Override
    public void run(Report report, Device device) {
      report.fail("files", reason);
    }
  }
}
