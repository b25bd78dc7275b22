// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/** Divides all scores by the temperature. */
record Temperature(double temperature) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    float divisor = (float) temperature;
    for (int i = 0; i < scores.length; i++) {
      scores[i] /= divisor;
    }
  }
}
