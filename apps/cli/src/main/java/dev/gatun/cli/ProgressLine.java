// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** One line on a terminal that shows how far a step has come; without a terminal, its end only. */
final class ProgressLine implements Progress {
  private static final int BAR = 30;
  private static final double MEGA = 1e6;

  private final PrintWriter err;
  private final boolean terminal;
  private String shown = "";

  ProgressLine(PrintWriter err, boolean quiet) {
    this.err = err;
    this.terminal = !quiet && System.console() != null && System.console().isTerminal();
  }

  @Override
  public void update(String stage, long done, long total) {
    if (!terminal) {
      return;
    }
    String line;
    if (total > 0) {
      int filled = (int) Math.clamp(done * BAR / total, 0L, (long) BAR);
      line =
          String.format(
              Locale.ROOT,
              "%s [%s%s] %3d %%  %.1f of %.1f MB",
              stage,
              "#".repeat(filled),
              ".".repeat(BAR - filled),
              done * 100 / total,
              done / MEGA,
              total / MEGA);
    } else {
      line = String.format(Locale.ROOT, "%s  %.1f MB", stage, done / MEGA);
    }
    show(line);
  }

  /** Shows a step without a measure. */
  void say(String text) {
    if (terminal) {
      show(text);
    }
  }

  private void show(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
    err.flush();
    shown = line;
  }

  /** Takes the line away. */
  void clear() {
    if (!shown.isEmpty()) {
      err.print("\r" + " ".repeat(shown.length()) + "\r");
      err.flush();
      shown = "";
    }
  }
}
