// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TextProgressTest {
  private static StepReport step(long step, double loss, long labels) {
    return new StepReport(
        step, 4, 0.5, loss, labels, 1, 2e-5, 100, 50, Duration.ofSeconds(75), 3L << 30);
  }

  @Test
  void sharesLinesAndShowsTheMean() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TextProgress progress =
        new TextProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), Duration.ofHours(1));
    progress.stepped(step(1, 3, 10));
    progress.stepped(step(2, Double.NaN, 0));
    progress.stepped(step(3, 2, 10));
    progress.stepped(step(4, 1, 10));
    progress.evaluated(new EvaluationReport(4, Map.of("loss", 0.5)));
    progress.ended(new TrainingResult(4, true, Duration.ofSeconds(3700), Optional.empty()));
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    assertEquals(3, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith("step 4/4  epoch 0.50  loss 2.0000  lr 2.00e-05  "));
    assertTrue(lines.get(0).endsWith(" tokens/s  1 min 15 s left  3.00 GiB"), lines.get(0));
    assertEquals("evaluation after step 4: loss 0.5000", lines.get(1));
    assertEquals("complete after 4 steps, 1 h 01 min", lines.get(2));
  }
}
