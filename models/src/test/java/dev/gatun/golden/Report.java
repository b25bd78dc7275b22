// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What one case gave, part by part. A part that nothing was checked of is shown as a dash. */
final class Report {
  private static final int MOST_REASONS = 5;

  private static final class Part {
    private long checks;
    private double worst = -1;
    private final List<String> failures = new ArrayList<>();

    private String status() {
      if (!failures.isEmpty()) {
        return "FAILED";
      }
      if (checks == 0) {
        return "-";
      }
      return worst < 0 ? "ok" : "ok " + shortNumber(worst);
    }
  }

  private final String name;
  private final Map<String, Part> parts = new LinkedHashMap<>();
  private String skipped;

  Report(String name, String... partNames) {
    this.name = name;
    for (String part : partNames) {
      part(part);
    }
  }

  private Part part(String part) {
    return parts.computeIfAbsent(part, ignored -> new Part());
  }

  /** Shows a part even if nothing of it is checked. */
  void declare(String... partNames) {
    for (String part : partNames) {
      part(part);
    }
  }

  /** Something was equal. */
  void pass(String part) {
    part(part).checks++;
  }

  /** Something was within its tolerance, this far from what was expected. */
  void pass(String part, double error) {
    pass(part);
    part(part).worst = Math.max(part(part).worst, error);
  }

  void fail(String part, String reason) {
    part(part).failures.add(reason.replaceAll("\\s*\\R\\s*", " "));
  }

  /** Passes or fails. */
  void check(String part, boolean holds, String reason) {
    if (holds) {
      pass(part);
    } else {
      fail(part, reason);
    }
  }

  void skip(String reason) {
    skipped = reason;
  }

  String name() {
    return name;
  }

  /** Why the case did not run, or null. A case that failed was not skipped. */
  String skipReason() {
    return isFailed() ? null : skipped;
  }

  boolean isFailed() {
    return parts.values().stream().anyMatch(part -> !part.failures.isEmpty());
  }

  /** The line of the case, and a line for each failure. */
  String text() {
    StringBuilder text = new StringBuilder(name);
    if (skipReason() != null) {
      return text.append("  skipped: ").append(skipped).toString();
    }
    parts.forEach(
        (label, part) -> text.append("  ").append(label).append(' ').append(part.status()));
    return text.append(reasons()).toString();
  }

  /** A line for each failure. */
  String reasons() {
    StringBuilder text = new StringBuilder();
    parts.forEach((label, part) -> {
      part.failures.stream()
          .limit(MOST_REASONS)
          .forEach(why -> text.append("\n    ").append(label).append(": ").append(why));
      if (part.failures.size() > MOST_REASONS) {
        text.append("\n    ").append(label).append(": and ");
        text.append(part.failures.size() - MOST_REASONS).append(" more");
      }
    });
    return text.toString();
  }

  /** One digit and an exponent: 3e-7. */
  static String shortNumber(double value) {
    if (value == 0) {
      return "0";
    }
    String[] pieces = String.format(Locale.ROOT, "%.0e", value).split("e");
    return pieces[0] + "e" + Integer.parseInt(pieces[1]);
  }
}
