// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Removes tokens whose probability is below {@code p} times that of the best.
 *
 * @param p 0 to 1
 * @param minimum tokens that are kept in any case
 * @param scratch of the chain
 */
record MinP(double p, int minimum, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    // A ratio of probabilities is a difference of scores: no exponentials are needed.
    double bound = Softmax.max(scores) + Math.log(p);
    if (minimum > 1) {
      bound = Math.min(bound, Selection.best(scores, minimum, scratch));
    }
    for (int i = 0; i < scores.length; i++) {
      if (!(scores[i] >= bound)) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
