// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;

/**
 * Finds the first stop string in a text that arrives in pieces. Text that could be the beginning of
 * one is held back. Not thread-safe.
 */
final class StopStrings {
  private final List<String> stops;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  StopStrings(List<String> stops) {
    this.stops = stops;
  }

  boolean found() {
    return found;
  }

  /** Takes a piece and gives out what cannot be part of a stop string. */
  String push(String piece) {
    if (stops.isEmpty()) {
      return piece;
    }
    held.append(piece);
    int first = -1;
    for (String stop : stops) {
      int at = held.indexOf(stop);
      if (at >= 0 && (first < 0 || at < first)) {
        first = at;
      }
    }
    if (first >= 0) {
      found = true;
      return take(first);
    }
    return take(held.length() - longestBeginning());
  }

  /** What is still held back. */
  String finish() {
    return found ? "" : take(held.length());
  }

  /** The length of the longest end of the held text with which a stop string begins. */
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int n = Math.min(stop.length() - 1, held.length()); n > longest; n--) {
        if (endsWithFirst(n, stop)) {
          longest = n;
        }
      }
    }
    return longest;
  }

  /** Whether the held text ends with the first n characters of a stop string. */
  private boolean endsWithFirst(int n, String stop) {
    int from = held.length() - n;
    int same = 0;
    while (same < n && held.charAt(from + same) == stop.charAt(same)) {
      same++;
    }
    return same == n;
  }

  private String take(int length) {
    String text = held.substring(0, length);
    held.delete(0, length);
    return text;
  }
}
