// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate.processors;

import dev.gatun.generate.LogitsProcessor;
import dev.gatun.generate.TokenHistory;

/** Divides all scores by the temperature. */
public record Temperature(double temperature) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    float divisor = (float) temperature;
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= divisor;
    }
  }
}
