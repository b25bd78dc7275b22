// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate.processors;

import dev.gatun.generate.LogitsProcessor;
import dev.gatun.generate.TokenHistory;

/**
 * Keeps the best tokens that together have probability {@code p}, the one that reaches it included;
 * of equal ones the smaller ids.
 *
 * @param p above 0
 * @param minimum tokens that are kept in any case
 * @param scratch of the chain
 */
public record TopP(double p, int minimum, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    float max = Softmax.max(scores);
    if (max == Float.NEGATIVE_INFINITY) {
      return;
    }
    float[] weights = scratch.weights(scores.length);
    double total = Softmax.weights(scores, max, weights);
    long[] keys = scratch.keys(scores.length);
    long least = Long.MAX_VALUE;
    if (minimum > 1) {
      int found = Selection.best(scores, Math.min(minimum, scores.length), keys);
      least = keys[0];
      if (found < minimum) {
        return;
      }
    }
    // Tokens this light weigh at most 1 - p together: they go without being looked at.
    float light = (float) ((1 - p) * total / scores.length);
    int candidates = 0;
    for (int i = 0; i < scores.length; i++) {
      if (weights[i] > light) {
        keys[candidates++] = Selection.key(scores[i], i);
      }
    }
    long last = Selection.reaching(keys, candidates, weights, p * total);
    Selection.keepFrom(scores, Math.min(last, least));
  }
}
