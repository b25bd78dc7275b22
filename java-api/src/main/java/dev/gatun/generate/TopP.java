// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Keeps the best tokens that together have probability {@code p}, the one that reaches it included;
 * of equal ones the smaller ids. Sorts nothing: weights are summed in buckets of similar scores,
 * and only the bucket in which {@code p} is reached is looked at closely.
 *
 * @param p above 0
 * @param minimum tokens that are kept in any case
 * @param scratch of the chain
 */
record TopP(double p, int minimum, Scratch scratch) implements LogitsProcessor {
  /** Buckets per unit of score. */
  private static final float FINENESS = 32;

  private static final int BUCKETS = 1024;

  @Override
  public void process(TokenHistory history, float[] scores) {
    int n = scratch.gather(scores);
    float[] weights = scratch.weights(n);
    float max = Softmax.max(weights, n);
    if (n <= minimum || Float.isInfinite(max)) {
      return;
    }
    long least = Long.MAX_VALUE;
    if (minimum > 1) {
      long[] keys = scratch.keys(n);
      Selection.best(scores, minimum, keys);
      least = keys[0];
    }
    double total = Softmax.weights(weights, n, max, weights);
    Selection.keepFrom(scores, Math.min(last(scores, n, max, total), least));
  }

  /** The key of the token that reaches p, given the weights of the n gathered tokens. */
  private long last(float[] scores, int n, float max, double total) {
    float[] weights = scratch.weights(n);
    int[] tokens = scratch.tokens(n);
    long[] keys = scratch.keys(n);
    double[] sums = scratch.sums(BUCKETS);
    // Tokens this light weigh at most 1 - p together: they go without being looked at.
    float light = (float) ((1 - p) * total / n);
    int candidates = 0;
    for (int i = 0; i < n; i++) {
      if (weights[i] > light) {
        float score = scores[tokens[i]];
        // Keys of places in the gathered arrays, where the weights are; ids ascend with them.
        keys[candidates++] = Selection.key(score, i);
        sums[bucket(score, max)] += weights[i];
      }
    }
    double target = p * total;
    int bucket = 0;
    while (sums[bucket] < target && bucket < BUCKETS - 1) {
      target -= sums[bucket++];
    }
    int inside = 0;
    for (int i = 0; i < candidates; i++) {
      if (bucket(Selection.value(keys[i]), max) == bucket) {
        keys[inside++] = keys[i];
      }
    }
    if (inside == 0) {
      // By rounding, p was not quite reached: all are needed.
      return Selection.key(-Float.MAX_VALUE, Integer.MAX_VALUE);
    }
    long last = Selection.reaching(keys, inside, weights, target);
    return Selection.key(Selection.value(last), tokens[Selection.token(last)]);
  }

  private static int bucket(float score, float max) {
    return Math.min((int) ((max - score) * FINENESS), BUCKETS - 1);
  }
}
