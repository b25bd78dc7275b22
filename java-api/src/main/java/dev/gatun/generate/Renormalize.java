// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Turns scores into log-probabilities.
 *
 * @param scratch of the chain
 */
record Renormalize(Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    double logSum = Softmax.logSum(scores, scratch);
    if (Double.isInfinite(logSum)) {
      return;
    }
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) (scores[i] - logSum);
    }
  }
}
