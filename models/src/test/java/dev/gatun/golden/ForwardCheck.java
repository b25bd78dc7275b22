// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/** Compares results with a pass's stored outputs, where the mask is 1. */
final class ForwardCheck {
  private final Pass pass;
  private final StoredTensors io;
  private final Tolerance tolerance;
  private final Report report;

  ForwardCheck(Pass pass, StoredTensors io, Tolerance tolerance, Report report) {
    this.pass = pass;
    this.io = io;
    this.tolerance = tolerance;
    this.report = report;
  }

  /**
   * Compares all outputs.
   *
   * @param rows the rows that were run
   * @param first the stored row that the first of them is
   * @param what is put before a failure
   */
  void compare(Map<String, Values> results, PassRows rows, int first, String what) {
    compare(results, output -> rows, first, what);
  }

  /** The same for outputs that stand at different positions. */
  void compare(
      Map<String, Values> results, Function<String, PassRows> rows, int first, String what) {
    for (String output : pass.outputs()) {
      Values values = results.get(output);
      String label = what + pass.prefix() + output;
      if (values == null) {
        report.fail("forward", label + " is no output of the model, it has " + results.keySet());
      } else {
        compare(
            values, io.floats(pass.prefix() + output), rows.apply(output), first, label, output);
      }
    }
  }

  private void compare(
      Values values, float[] expected, PassRows rows, int first, String label, String output) {
    int tokens = Arrays.stream(rows.kept()).mapToInt(kept -> kept.length).sum();
    int total = PassRows.of(pass, io).count();
    int columns = values.columns();
    if (values.rows() == tokens && expected.length == total * rows.length() * columns) {
      int at = 0;
      for (int r = 0; r < rows.count(); r++) {
        for (int t : rows.kept()[r]) {
          compareRow(values, at++, expected, (first + r) * rows.length() + t, label);
        }
      }
    } else if (values.rows() == rows.count() && expected.length == total * columns) {
      for (int r = 0; r < rows.count(); r++) {
        compareRow(values, r, expected, first + r, label);
      }
    } else {
      report.fail(
          "forward",
          label
              + " has shape ["
              + values.rows()
              + ", "
              + columns
              + "], stored is "
              + Arrays.toString(io.shape(pass.prefix() + output)));
    }
  }

  private void compareRow(Values values, int row, float[] expected, int storedRow, String label) {
    for (int c = 0; c < values.columns(); c++) {
      double want = expected[storedRow * values.columns() + c];
      double got = values.at(row, c);
      if (tolerance.allows(got, want)) {
        report.pass("forward", Tolerance.error(got, want));
      } else {
        report.fail(
            "forward", label + "[" + storedRow + ", " + c + "] is " + got + ", expected " + want);
        return;
      }
    }
  }
}
