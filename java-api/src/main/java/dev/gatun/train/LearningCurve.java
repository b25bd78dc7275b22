// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws losses over steps as SVG: the steps' own values pale, their running mean on top, and the
 * evaluations as dots. Written by hand because the chart libraries of Java draw through AWT, which
 * needs fonts and graphics libraries that servers lack. Stateless.
 */
public final class LearningCurve {
  private static final int WIDTH = 800;
  private static final int HEIGHT = 420;
  private static final int LEFT = 64;
  private static final int RIGHT = 20;
  private static final int TOP = 36;
  private static final int BOTTOM = 48;
  private static final int MOST_POINTS = 1000;
  private static final int TICKS = 6;
  private static final double SMOOTHING = 0.9;

  /**
   * A value.
   *
   * @param step after which it was measured
   * @param loss finite
   */
  public record Point(long step, double loss) {}

  private record Axes(double lastStep, double low, double high) {
    double x(double step) {
      return LEFT + (WIDTH - LEFT - RIGHT) * step / lastStep;
    }

    double y(double loss) {
      return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (loss - low) / (high - low);
    }
  }

  private LearningCurve() {}

  /** The picture; empty lists give empty axes. */
  public static String svg(List<Point> training, List<Point> evaluations) {
    List<Point> shown = thinned(training);
    List<Point> mean = smoothed(shown);
    Axes axes = axes(shown, evaluations);
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n<rect width=\"%d\" height=\"%d\""
                + " fill=\"white\"/>%n",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT));
    grid(svg, axes);
    line(svg, axes, shown, "#b9d3ee", 1);
    line(svg, axes, mean, "#1f5fa8", 2);
    line(svg, axes, evaluations, "#c8501e", 1.5);
    for (Point point : evaluations) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"#c8501e\"/>%n",
              axes.x((double) point.step),
              axes.y(point.loss)));
    }
    text(svg, LEFT, TOP - 14, "start", "#1f5fa8", "training loss");
    if (!evaluations.isEmpty()) {
      text(svg, LEFT + 100, TOP - 14, "start", "#c8501e", "evaluation loss");
    }
    text(svg, (WIDTH + LEFT - RIGHT) / 2.0, HEIGHT - 12, "middle", "#333", "step");
    return svg.append("</svg>\n").toString();
  }

  private static Axes axes(List<Point> training, List<Point> evaluations) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double last = 1;
    for (List<Point> points : List.of(training, evaluations)) {
      for (Point point : points) {
        low = Math.min(low, point.loss);
        high = Math.max(high, point.loss);
        last = Math.max(last, (double) point.step);
      }
    }
    if (low > high) {
      low = 0;
      high = 1;
    }
    double step = tick(Math.max(high - low, 1e-6 * Math.max(1, Math.abs(high))));
    return new Axes(last, Math.floor(low / step) * step, (Math.floor(high / step) + 1) * step);
  }

  /** A round distance between ticks: 1, 2 or 5 times a power of ten. */
  private static double tick(double range) {
    double raw = range / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }

  private static void grid(StringBuilder svg, Axes axes) {
    double step = tick(axes.high - axes.low);
    for (int i = 0; axes.low + i * step <= axes.high + step * 1e-9; i++) {
      double value = axes.low + i * step;
      rule(svg, LEFT, axes.y(value), WIDTH - RIGHT, axes.y(value));
      int digits = (int) Math.max(0, -Math.floor(Math.log10(step)));
      String label = String.format(Locale.ROOT, "%." + digits + "f", value);
      text(svg, LEFT - 8, axes.y(value) + 4, "end", "#333", label);
    }
    double across = Math.max(1, tick(axes.lastStep));
    for (int i = 0; i * across <= axes.lastStep; i++) {
      double x = axes.x(i * across);
      rule(svg, x, TOP, x, HEIGHT - BOTTOM);
      text(svg, x, HEIGHT - BOTTOM + 18, "middle", "#333", Long.toString(Math.round(i * across)));
    }
  }

  private static void rule(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>%n",
            x1,
            y1,
            x2,
            y2));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String colour, String text) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            colour,
            text));
  }

  private static void line(
      StringBuilder svg, Axes axes, List<Point> points, String colour, double width) {
    if (points.size() < 2) {
      return;
    }
    svg.append("<polyline fill=\"none\" stroke=\"").append(colour);
    svg.append("\" stroke-width=\"").append(width).append("\" points=\"");
    for (Point point : points) {
      svg.append(
          String.format(
              Locale.ROOT, "%.1f,%.1f ", axes.x((double) point.step), axes.y(point.loss)));
    }
    svg.append("\"/>\n");
  }

  /** Means of neighbours, so that the picture stays small. */
  private static List<Point> thinned(List<Point> points) {
    int each = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
    if (each <= 1) {
      return points;
    }
    List<Point> thin = new ArrayList<>();
    for (int i = 0; i < points.size(); i += each) {
      List<Point> part = points.subList(i, Math.min(points.size(), i + each));
      double mean = part.stream().mapToDouble(Point::loss).average().orElseThrow();
      thin.add(new Point(part.getLast().step, mean));
    }
    return thin;
  }

  private static List<Point> smoothed(List<Point> points) {
    List<Point> mean = new ArrayList<>();
    double sum = 0;
    double weight = 0;
    for (Point point : points) {
      sum = SMOOTHING * sum + point.loss;
      weight = SMOOTHING * weight + 1;
      mean.add(new Point(point.step, sum / weight));
    }
    return mean;
  }
}
