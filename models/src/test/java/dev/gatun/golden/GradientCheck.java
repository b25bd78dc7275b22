// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.autograd.Gradients;
import dev.gatun.nn.FileLayout;
import dev.gatun.nn.FileLayout.FileTensor;
import dev.gatun.nn.Model;
import dev.gatun.nn.Parameter;
import dev.gatun.tensor.Context;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Compares gradients with stored ones, in the layout of the model's file. */
final class GradientCheck {
  private GradientCheck() {}

  /** Every stored gradient must be there, and no other. */
  static void compare(
      Context context,
      Model model,
      Gradients gradients,
      StoredTensors stored,
      Tolerance tolerance,
      Report report) {
    Map<Parameter, float[]> rows = new HashMap<>();
    for (Parameter parameter : gradients.parameters()) {
      rows.put(parameter, gradients.rows(context, parameter));
    }
    Set<String> open = new HashSet<>(stored.names());
    try (Arena arena = Arena.ofConfined()) {
      Map<String, FileTensor> tensors =
          FileLayout.assemble(
              arena,
              gradients.parameters(),
              model.memory().origin().orElseThrow().names(),
              (parameter, first, count) -> part(rows.get(parameter), parameter, first, count));
      tensors.forEach((name, tensor) -> {
        if (open.remove(name)) {
          float[] got = tensor.data().toArray(ValueLayout.JAVA_FLOAT);
          compare(name, got, stored.floats(name), tolerance, report);
        } else {
          report.fail("gradients", name + " has no stored gradient");
        }
      });
    }
    open.forEach(name -> report.fail("gradients", name + " is no parameter of the model"));
  }

  private static float[] part(float[] rows, Parameter parameter, long first, int count) {
    int width = Math.toIntExact(parameter.elementCount() / parameter.shape()[0]);
    int from = Math.toIntExact(first * width);
    return Arrays.copyOfRange(rows, from, from + count * width);
  }

  private static void compare(
      String name, float[] got, float[] want, Tolerance tolerance, Report report) {
    if (got.length != want.length) {
      report.fail("gradients", name + " has " + got.length + " elements, not " + want.length);
      return;
    }
    for (int i = 0; i < got.length; i++) {
      if (!tolerance.allows(got[i], want[i])) {
        report.fail("gradients", name + "[" + i + "] is " + got[i] + ", expected " + want[i]);
        return;
      }
      report.pass("gradients", Tolerance.error(got[i], want[i]));
    }
  }
}
