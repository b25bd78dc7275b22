// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.tensor.Device;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs every case under the given folders and prints a line for each. Exit code 0 if nothing failed
 * and, with {@code --strict}, nothing was skipped; 1 otherwise; 2 for wrong arguments.
 */
public final class Golden {
  private Golden() {}

  /** {@code [--strict] [DIR...]}. */
  public static void main(String[] arguments) throws IOException {
    boolean strict = false;
    List<Path> folders = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.equals("--strict")) {
        strict = true;
      } else if (argument.startsWith("-") || !Files.isDirectory(Path.of(argument))) {
        System.err.println("golden: \"" + argument + "\" is neither --strict nor a folder");
        System.exit(2);
      } else {
        folders.add(Path.of(argument));
      }
    }
    if (folders.isEmpty()) {
      folders.add(defaultFolder());
    }
    System.exit(run(folders, strict, System.out) ? 0 : 1);
  }

  /** The folder of the fixtures: property gatun.golden, or GATUN_GOLDEN, or the project's copy. */
  static Path defaultFolder() {
    for (String given :
        new String[] {System.getenv("GATUN_GOLDEN"), System.getProperty("gatun.golden")}) {
      if (given != null && !given.isBlank()) {
        return Path.of(given);
      }
    }
    return Path.of("java-api", "src", "test", "resources", "golden");
  }

  private static boolean run(List<Path> folders, boolean strict, PrintStream out)
      throws IOException {
    int passed = 0;
    int failed = 0;
    int skipped = 0;
    try (Device device = Device.cpu()) {
      for (Path folder : folders) {
        for (GoldenCase found : CaseFinder.find(folder)) {
          Report report = run(found, device);
          out.println(report.text());
          if (report.isFailed()) {
            failed++;
          } else if (report.skipReason() != null) {
            skipped++;
          } else {
            passed++;
          }
        }
      }
    }
    out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
    return failed == 0 && passed + skipped > 0 && (!strict || skipped == 0);
  }

  /** Runs one case; what it throws is a failure of it. */
  static Report run(GoldenCase found, Device device) {
    Report report = new Report(found.name());
    try {
      found.run(report, device);
    } catch (Exception | LinkageError e) {
      report.fail("run", e.toString());
    }
    return report;
  }
}
