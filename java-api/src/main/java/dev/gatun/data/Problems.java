// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a file, so that one run shows all of it and not the first line. */
final class Problems {
  private static final int MOST_SHOWN = 20;

  private final List<String> shown = new ArrayList<>();
  private long count;

  void add(Path file, long line, String problem) {
    add(file + ":" + line + ": " + problem);
  }

  void add(String problem) {
    count++;
    if (shown.size() < MOST_SHOWN) {
      shown.add(problem);
    }
  }

  /** Throws if there is something to report. */
  void raise() {
    if (count == 0) {
      return;
    }
    String text = String.join("\n", shown);
    if (count > shown.size()) {
      text += "\nand " + (count - shown.size()) + " more";
    }
    throw new DataException(text);
  }
}
