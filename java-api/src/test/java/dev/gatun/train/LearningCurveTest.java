// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.train.LearningCurve.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LearningCurveTest {
  private static final Pattern POINTS = Pattern.compile("<polyline [^>]*points=\"([^\"]*)\"/>");

  private static List<double[]> lines(String svg) {
    return POINTS.matcher(svg).results().map(found -> numbers(found.group(1))).toList();
  }

  private static double[] numbers(String points) {
    return java.util.Arrays.stream(points.strip().split("[ ,]+"))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  @Test
  void drawsLinesInsideOfTheAxes() {
    List<Point> training = new ArrayList<>();
    for (int step = 1; step <= 5000; step++) {
      training.add(new Point(step, 8 * Math.exp(-step / 900.0) + 0.3 * Math.sin(step)));
    }
    List<Point> evaluations = List.of(new Point(2500, 1.2), new Point(5000, 0.4));
    String svg = LearningCurve.svg(training, evaluations);
    List<double[]> lines = lines(svg);
    assertEquals(3, lines.size());
    for (double[] points : lines) {
      assertTrue(points.length <= 2000, "points are thinned out");
      for (int p = 0; p < points.length; p += 2) {
        assertTrue(points[p] >= 64 && points[p] <= 780, "x " + points[p]);
        assertTrue(points[p + 1] >= 36 && points[p + 1] <= 372, "y " + points[p + 1]);
      }
    }
    double[] mean = lines.get(1);
    assertTrue(mean[1] < mean[mean.length - 1], "a falling loss goes down");
    assertEquals(2, svg.split("<circle ").length - 1);
    assertTrue(svg.contains(">evaluation loss</text>"));
    assertEquals(svg.split("<text ").length, svg.split("</text>").length);
  }

  @Test
  void bearsFewAndEqualPoints() {
    for (List<Point> points :
        List.of(
            List.<Point>of(),
            List.of(new Point(1, 2.5)),
            List.of(new Point(1, 3), new Point(2, 3)))) {
      String svg = LearningCurve.svg(points, points);
      assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
      assertTrue(svg.endsWith("</svg>\n"));
    }
  }
}
