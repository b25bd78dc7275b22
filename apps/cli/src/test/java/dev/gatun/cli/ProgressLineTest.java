// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {
  private final StringWriter written = new StringWriter();

  @Test
  void onATerminalOneLineGrowsAndGoes() {
    ProgressLine line = new ProgressLine(new PrintWriter(written), true);
    line.update("downloading", 5_000_000, 10_000_000);
    assertTrue(written.toString().contains("50 %"), written.toString());
    assertTrue(written.toString().contains("5.0 of 10.0 MB"), written.toString());
    line.clear();
    String shown = written.toString();
    assertTrue(shown.endsWith("\r") && shown.strip().equals(shown.strip()), shown);
    assertEquals(-1, shown.indexOf('\n'), "it stays on its line");
    line.clear();
    assertEquals(shown, written.toString(), "there is nothing left to take away");
  }

  @Test
  void withoutATerminalEachDownloadIsSaidOnce() {
    ProgressLine line = new ProgressLine(new PrintWriter(written), false);
    line.update("downloading", 0, 10_000_000);
    line.update("downloading", 5_000_000, 10_000_000);
    line.update("checking it", 5_000_000, 10_000_000);
    line.clear();
    assertEquals("gatun: downloading (10.0 MB)", written.toString().strip());
  }

  @Test
  void watchEndsWithItsStep() {
    ProgressLine line = new ProgressLine(new PrintWriter(written), true);
    try (ProgressLine.Watch watch = line.watch("loading", () -> 7, 10)) {
      while (written.toString().isEmpty()) {
        Thread.onSpinWait();
      }
      assertTrue(watch != null && written.toString().contains("70 %"), written.toString());
    }
    assertTrue(written.toString().endsWith("\r"), "the line is taken away");
  }
}
