// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.tensor.Device;
import java.nio.file.Path;

/** Scores before and after the reference's processors. */
record ProcessorCase(String name, Path folder) implements GoldenCase {
  @Override
  public void run(Report report, Device device) {
    report.skip("logits processors");
  }
}
