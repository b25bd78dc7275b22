// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run will need, known before its first step. Memory is that of the run's own largest
 * batches; time is measured on small ones and extrapolated.
 *
 * @param parameters trainable values
 * @param weightBytes of the model as it is loaded
 * @param gradientBytes of the trainable parameters
 * @param optimizerBytes of the optimiser's state
 * @param activationBytes of the largest micro-batch: activations, their gradients, and what
 *     operations need for themselves
 * @param availableBytes what the device or the machine still has for the three above
 * @param steps of the run
 * @param tokens of the run
 * @param time estimate of the whole run, without evaluations; zero where the memory will not do
 * @param advice what lowers the need for memory, most effective first
 */
public record TrainingPlan(
    long parameters,
    long weightBytes,
    long gradientBytes,
    long optimizerBytes,
    long activationBytes,
    long availableBytes,
    long steps,
    long tokens,
    Duration time,
    List<String> advice) {
  /** Copies the list. */
  public TrainingPlan {
    advice = List.copyOf(advice);
  }

  /** Bytes that training needs besides the model. */
  public long neededBytes() {
    return gradientBytes + optimizerBytes + activationBytes;
  }

  /** Whether they are there. */
  public boolean fits() {
    return neededBytes() <= availableBytes;
  }

  /** The bytes by what they are for. */
  public Map<String, Long> memory() {
    Map<String, Long> memory = new LinkedHashMap<>();
    memory.put("weights", weightBytes);
    memory.put("gradients", gradientBytes);
    memory.put("optimizer", optimizerBytes);
    memory.put("activations", activationBytes);
    return memory;
  }

  /** A few lines for people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT, "%d steps, %d tokens, %,d trainable values%n", steps, tokens, parameters));
    memory()
        .forEach((name, bytes) ->
            text.append(String.format(Locale.ROOT, "%-12s %10s%n", name, Texts.bytes(bytes))));
    text.append(
        String.format(
            Locale.ROOT,
            "%s needed besides the weights, %s available%n",
            Texts.bytes(neededBytes()),
            Texts.bytes(availableBytes)));
    text.append(time.isZero() ? "too little memory" : "about " + Texts.duration(time));
    return text.toString();
  }

  TrainingPlan withTime(Duration measured) {
    return new TrainingPlan(
        parameters,
        weightBytes,
        gradientBytes,
        optimizerBytes,
        activationBytes,
        availableBytes,
        steps,
        tokens,
        measured,
        advice);
  }
}
