// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.io.Progress;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line of the terminal that shows how far a step has come, and that {@link #clear()} takes
 * away. Without a terminal each download is announced once. Thread-safe.
 */
final class ProgressLine implements Progress {
  /**
   * The system property by which the launcher says that standard error is a terminal; Java itself
   * cannot tell for one stream.
   */
  static final String TERMINAL_PROPERTY = "gatun.terminal";

  private static final int BAR = 30;
  private static final double MEGA = 1e6;
  private static final long POLL_MILLIS = 50;

  private final PrintWriter err;
  private final boolean terminal;
  private String shown = "";
  private String announced = "";

  ProgressLine(PrintWriter err) {
    this(err, isTerminal());
  }

  ProgressLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  private static boolean isTerminal() {
    return Boolean.getBoolean(TERMINAL_PROPERTY);
  }

  @Override
  public void update(String stage, long done, long total) {
    if (terminal) {
      show(
          total > 0
              ? String.format(
                  Locale.ROOT,
                  "%s %.1f of %.1f MB",
                  bar(stage, done, total),
                  done / MEGA,
                  total / MEGA)
              : String.format(Locale.ROOT, "%s  %.1f MB", stage, done / MEGA));
    } else {
      announce(stage, total);
    }
  }

  private synchronized void announce(String stage, long total) {
    if (!stage.equals(announced) && !stage.startsWith("checking")) {
      announced = stage;
      err.printf(
          Locale.ROOT,
          "gatun: %s%s%n",
          stage,
          total > 0 ? String.format(Locale.ROOT, " (%.1f MB)", total / MEGA) : "");
    }
  }

  private static String bar(String stage, long done, long total) {
    int filled = (int) Math.clamp(done * BAR / total, 0L, (long) BAR);
    return String.format(
        Locale.ROOT,
        "%s [%s%s] %3d %%",
        stage,
        "#".repeat(filled),
        ".".repeat(BAR - filled),
        Math.clamp(done * 100 / total, 0L, 100L));
  }

  /** Something that is watched until it is closed. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /** Shows a step whose state can be asked for; the line goes when the watch is closed. */
  Watch watch(String stage, LongSupplier done, long total) {
    if (!terminal || total <= 0) {
      return () -> {};
    }
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("gatun-progress")
            .start(() -> {
              try {
                while (true) {
                  Thread.sleep(POLL_MILLIS); // a step that is shorter shows nothing
                  show(bar(stage, done.getAsLong(), total));
                }
              } catch (InterruptedException e) {
                clear();
              }
            });
    return () -> {
      thread.interrupt();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private synchronized void show(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, shown.length() - line.length())));
    err.flush();
    shown = line;
  }

  /** Takes the line away. */
  synchronized void clear() {
    if (!shown.isEmpty()) {
      err.print("\r" + " ".repeat(shown.length()) + "\r");
      err.flush();
      shown = "";
    }
  }
}
