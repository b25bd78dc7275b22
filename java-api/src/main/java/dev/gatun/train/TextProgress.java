// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Shows progress as lines of text: step, loss, learning rate, tokens per second, time left, memory.
 * Steps that follow each other quickly share a line; their loss is the mean of them.
 */
public final class TextProgress implements TrainingListener {
  private final Consumer<String> out;
  private final long intervalNanos;
  private long shownAt = System.nanoTime();
  private double lossSum;
  private int losses;
  private long tokens;

  /**
   * Writes to a stream, which stays open.
   *
   * @param interval the least time between two lines
   */
  public TextProgress(PrintStream out, Duration interval) {
    this(out::println, interval);
  }

  /**
   * Hands lines to somebody.
   *
   * @param interval the least time between two lines
   */
  public TextProgress(Consumer<String> out, Duration interval) {
    this.out = out;
    this.intervalNanos = interval.toNanos();
  }

  @Override
  public void started(long step, TrainingPlan plan) {
    out.accept(plan.toString());
    if (step > 0) {
      out.accept("resumed after step " + step);
    }
    shownAt = System.nanoTime();
  }

  @Override
  public void stepped(StepReport report) {
    if (report.labels() > 0) {
      lossSum += report.loss();
      losses++;
    }
    tokens += report.tokens();
    long now = System.nanoTime();
    if (now - shownAt < intervalNanos && report.step() < report.totalSteps()) {
      return;
    }
    out.accept(
        String.format(
            Locale.ROOT,
            "step %d/%d  epoch %.2f  loss %.4f  lr %.2e  %.0f tokens/s  %s left  %s",
            report.step(),
            report.totalSteps(),
            report.epoch(),
            lossSum / Math.max(1, losses),
            report.learningRate(),
            tokens / Math.max(1e-9, (now - shownAt) * 1e-9),
            Texts.duration(report.remaining()),
            Texts.bytes(report.memoryBytes())));
    shownAt = now;
    lossSum = 0;
    losses = 0;
    tokens = 0;
  }

  @Override
  public void evaluated(EvaluationReport report) {
    out.accept("evaluation after step " + report.step() + ": " + text(report.measures()));
    shownAt = System.nanoTime();
  }

  private static String text(Map<String, Double> measures) {
    return measures.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%s %.4f", entry.getKey(), entry.getValue()))
        .collect(Collectors.joining("  "));
  }

  @Override
  public void saved(long step, Path checkpoint) {
    out.accept("checkpoint " + checkpoint);
  }

  @Override
  public void warned(String message) {
    out.accept("warning: " + message);
  }

  @Override
  public void ended(TrainingResult result) {
    out.accept(
        (result.complete() ? "complete after " : "stopped after ")
            + result.steps()
            + " steps, "
            + Texts.duration(result.duration()));
  }
}
