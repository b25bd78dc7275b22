// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.optim.Decay;
import dev.gatun.optim.LearningRateSchedule;
import dev.gatun.optim.Warmup;
import dev.gatun.tensor.Device;
import tools.jackson.databind.JsonNode;

/**
 * Learning rates per update. Past the planned end the reference's cosines rise again; ours stay, so
 * there only the others are compared.
 */
record ScheduleCase(String name, JsonNode expected) implements GoldenCase {
  @Override
  public void run(Report report, Device device) {
    Tolerance tolerance = Tolerance.of(expected.get("tolerance"));
    report.declare("rates");
    for (JsonNode entry : expected.get("schedules")) {
      String label = entry.get("name").stringValue();
      double base = entry.get("base_lr").doubleValue();
      LearningRateSchedule schedule = schedule(label, entry.get("parameters"), base);
      long total = total(entry.get("parameters"));
      boolean rising = schedule.decay() instanceof Decay.Cosine;
      JsonNode rates = entry.get("lr");
      for (int step = 0; step < rates.size() && !(rising && step > total); step++) {
        double got = base * schedule.factor(step, total);
        double want = rates.get(step).doubleValue();
        if (tolerance.allows(got, want)) {
          report.pass("rates", Tolerance.error(got, want));
        } else {
          report.fail("rates", label + "[" + step + "] is " + got + ", expected " + want);
        }
      }
    }
  }

  private static long total(JsonNode parameters) {
    if (parameters.has("num_stable_steps")) {
      return parameters.get("num_warmup_steps").longValue()
          + parameters.get("num_stable_steps").longValue()
          + parameters.get("num_decay_steps").longValue();
    }
    return parameters.path("num_training_steps").asLong(0);
  }

  private static LearningRateSchedule schedule(String label, JsonNode parameters, double base) {
    Warmup warmup = new Warmup(parameters.path("num_warmup_steps").asLong(0), 0);
    return new LearningRateSchedule(warmup, decay(label, parameters, base));
  }

  private static Decay decay(String label, JsonNode parameters, double base) {
    if (label.startsWith("constant")) {
      return new Decay.Constant();
    } else if (label.startsWith("linear")) {
      return new Decay.Linear();
    } else if (label.equals("cosine_restarts")) {
      return new Decay.CosineRestarts(parameters.get("num_cycles").intValue());
    } else if (label.startsWith("cosine")) {
      double floor =
          parameters.path("min_lr_rate").asDouble(parameters.path("min_lr").asDouble(0) / base);
      return new Decay.Cosine(parameters.path("num_cycles").asDouble(0.5), floor);
    } else if (label.equals("polynomial")) {
      return new Decay.Polynomial(
          parameters.get("power").doubleValue(), parameters.get("lr_end").doubleValue() / base);
    } else if (label.startsWith("inverse_sqrt")) {
      return new Decay.InverseSquareRoot(parameters.path("timescale").asLong(0));
    }
    Decay.Fall fall =
        switch (parameters.get("decay_type").stringValue()) {
          case "linear" -> Decay.Fall.LINEAR;
          case "cosine" -> Decay.Fall.COSINE;
          default -> Decay.Fall.SQUARE_ROOT;
        };
    return new Decay.Stable(
        parameters.get("num_decay_steps").longValue(),
        fall,
        parameters.get("min_lr_ratio").doubleValue());
  }
}
