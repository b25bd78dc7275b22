// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * The best continuations of a step of beam search, best first. Among equal ones the one that was
 * offered first wins. Kept from step to step so that offering allocates nothing.
 */
final class Candidates {
  private final int[] beams;
  private final int[] tokens;
  private final float[] scores;
  private final double[] ranks;
  private int size;

  /** Room for {@code most} of them. */
  Candidates(int most) {
    beams = new int[most];
    tokens = new int[most];
    scores = new float[most];
    ranks = new double[most];
  }

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  /** Whether one of this rank would be kept. */
  boolean takes(double rank) {
    return size < ranks.length || rank > ranks[size - 1];
  }

  /** Keeps a continuation if it is good enough; a score of negative infinity never is. */
  void offer(int beam, int token, float score, double rank) {
    if (!takes(rank) || score == Float.NEGATIVE_INFINITY) {
      return;
    }
    int at = size < ranks.length ? size++ : size - 1;
    while (at > 0 && ranks[at - 1] < rank) {
      beams[at] = beams[at - 1];
      tokens[at] = tokens[at - 1];
      scores[at] = scores[at - 1];
      ranks[at] = ranks[at - 1];
      at--;
    }
    beams[at] = beam;
    tokens[at] = token;
    scores[at] = score;
    ranks[at] = rank;
  }

  /** The beam that number {@code index} continues. */
  int beam(int index) {
    return beams[index];
  }

  /** The token that it adds. */
  int token(int index) {
    return tokens[index];
  }

  /** Its sum of log-probabilities. */
  float score(int index) {
    return scores[index];
  }
}
