// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Removes tokens whose probability is below a bound.
 *
 * @param bound 0 to 1
 * @param minimum tokens that are kept in any case
 * @param scratch of the chain
 */
record EpsilonCutoff(double bound, int minimum, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    keepLikely(scores, Math.log(bound) + Softmax.logSum(scores, scratch), minimum, scratch);
  }

  /** Removes scores below {@code bound}, except the {@code minimum} best. */
  static void keepLikely(float[] scores, double bound, int minimum, Scratch scratch) {
    double least = Math.min(bound, Selection.best(scores, minimum, scratch));
    for (int i = 0; i < scores.length; i++) {
      if (!(scores[i] >= least)) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }
}
