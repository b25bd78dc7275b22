// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Row;
import dev.gatun.data.Rows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the metrics of a run into a folder: {@code metrics.jsonl}, an object per step and per
 * evaluation, each written at once, and {@code loss.svg}, the learning curve, drawn at evaluations
 * and at the end. A resumed run continues both; what was written after the checkpoint is dropped.
 *
 * <p>A step has the fields step, epoch, loss, learning_rate, gradient_norm, labels, tokens,
 * tokens_per_second and memory_bytes; an evaluation has step and, under "evaluation", its measures.
 * A number that is not finite is null.
 */
public final class MetricsLog implements TrainingListener {
  private static final String METRICS = "metrics.jsonl";
  private static final String CURVE = "loss.svg";
  private static final String STEP = "step";
  private static final String LOSS = "loss";
  private static final String EVALUATION = "evaluation";

  private final Path folder;
  private final JsonMapper mapper = new JsonMapper();
  private final List<LearningCurve.Point> training = new ArrayList<>();
  private final List<LearningCurve.Point> evaluations = new ArrayList<>();

  /** Into a folder, which is made if it is not there. */
  public MetricsLog(Path folder) {
    this.folder = folder;
  }

  @Override
  public void started(long step, TrainingPlan plan) {
    training.clear();
    evaluations.clear();
    Path file = folder.resolve(METRICS);
    List<String> kept = new ArrayList<>();
    try {
      Files.createDirectories(folder);
      if (step > 0 && Files.exists(file) && Files.size(file) > 0) {
        dropHalfLine(file);
        for (Row row : Rows.readJsonLines(file)) {
          if (((Number) row.values().get(STEP)).longValue() <= step) {
            kept.add(mapper.writeValueAsString(row.values()));
            remember(row.values());
          }
        }
      }
      Path temporary = folder.resolve(METRICS + ".tmp");
      Files.write(temporary, kept, StandardCharsets.UTF_8);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Cuts off a last line that a crash has left incomplete. */
  private static void dropHalfLine(Path file) throws IOException {
    String text = Files.readString(file);
    int end = text.lastIndexOf('\n') + 1;
    if (end < text.length()) {
      Files.writeString(file, text.substring(0, end));
    }
  }

  private void remember(Map<?, ?> values) {
    long step = ((Number) values.get(STEP)).longValue();
    if (values.get(EVALUATION) instanceof Map<?, ?> measures) {
      if (measures.get(LOSS) instanceof Number loss) {
        evaluations.add(new LearningCurve.Point(step, loss.doubleValue()));
      }
    } else if (values.get(LOSS) instanceof Number loss) {
      training.add(new LearningCurve.Point(step, loss.doubleValue()));
    }
  }

  @Override
  public void stepped(StepReport report) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put(STEP, report.step());
    line.put("epoch", report.epoch());
    line.put(LOSS, finite(report.loss()));
    line.put("learning_rate", report.learningRate());
    line.put("gradient_norm", report.gradientNorm());
    line.put("labels", report.labels());
    line.put("tokens", report.tokens());
    line.put("tokens_per_second", finite(report.tokensPerSecond()));
    line.put("memory_bytes", report.memoryBytes());
    append(line);
  }

  @Override
  public void evaluated(EvaluationReport report) {
    Map<String, Object> measures = new LinkedHashMap<>();
    report.measures().forEach((name, value) -> measures.put(name, finite(value)));
    Map<String, Object> line = new LinkedHashMap<>();
    line.put(STEP, report.step());
    line.put(EVALUATION, measures);
    append(line);
    draw();
  }

  @Override
  public void ended(TrainingResult result) {
    draw();
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private void append(Map<String, Object> line) {
    Path file = folder.resolve(METRICS);
    try {
      Files.writeString(
          file,
          mapper.writeValueAsString(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(file, e);
    }
    remember(line);
  }

  private void draw() {
    Path file = folder.resolve(CURVE);
    try {
      Files.writeString(file, LearningCurve.svg(training, evaluations));
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static UncheckedIOException failure(Path file, IOException e) {
    return new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
  }
}
