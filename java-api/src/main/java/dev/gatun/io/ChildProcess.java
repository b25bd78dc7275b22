// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program of the machine to its end, and stops it when the waiting thread is interrupted.
 */
final class ChildProcess {
  private static final long POLL_MILLIS = 100;
  private static final int MAX_TAIL = 400;

  /** How a program ended. */
  record Result(int exitCode, String output) {
    /** The last lines of the output: where programs say what went wrong. */
    String tail() {
      String text = output.strip();
      int error = Math.max(text.lastIndexOf("ERROR"), text.lastIndexOf("[ERROR]"));
      String tail =
          error >= 0 && text.length() - error < MAX_TAIL
              ? text.substring(error)
              : text.substring(Math.max(0, text.length() - MAX_TAIL));
      return tail.replaceAll("\\s+", " ");
    }
  }

  private ChildProcess() {}

  /**
   * Runs a command with its output kept in a file.
   *
   * @param tick called about ten times a second
   * @throws IOException if there is no such program
   */
  static Result run(
      List<String> command, Path folder, Map<String, String> environment, Runnable tick)
      throws IOException {
    Path log = Files.createTempFile(folder, "output", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(devNull().toFile()))
            .redirectOutput(log.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        tick.run();
      }
      return new Result(process.exitValue(), Files.readString(log, StandardCharsets.ISO_8859_1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException(command.get(0) + " was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
      Files.deleteIfExists(log);
    }
  }

  private static Path devNull() {
    return Path.of(System.getProperty("os.name", "").startsWith("Windows") ? "NUL" : "/dev/null");
  }
}
