// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Keeps the tokens whose information is closest to the entropy of the distribution, until they
 * together have probability {@code p}, with those that are as close as the last of them.
 *
 * @param p above 0
 * @param minimum tokens that are kept in any case
 * @param scratch of the chain
 */
record Typical(double p, int minimum, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    float max = Softmax.max(scores);
    if (Float.isInfinite(max)) {
      return;
    }
    float[] weights = scratch.weights(scores.length);
    double total = Softmax.weights(scores, scores.length, max, weights);
    double logSum = max + Math.log(total);
    double entropy = 0;
    for (int i = 0; i < scores.length; i++) {
      if (weights[i] > 0) {
        entropy += weights[i] / total * (logSum - scores[i]);
      }
    }
    long[] keys = scratch.keys(scores.length);
    int n = 0;
    for (int i = 0; i < scores.length; i++) {
      if (scores[i] > Float.NEGATIVE_INFINITY) {
        keys[n++] = Selection.key(-distance(scores[i], logSum, entropy), i);
      }
    }
    float bound = -Selection.value(Selection.reaching(keys, n, weights, p * total));
    if (minimum > 1 && n > 0) {
      bound = Math.max(bound, -Selection.value(Selection.nth(keys, n, minimum)));
    }
    for (int i = 0; i < scores.length; i++) {
      if (!(distance(scores[i], logSum, entropy) <= bound)) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static float distance(float score, double logSum, double entropy) {
    return (float) Math.abs(logSum - score - entropy);
  }
}
