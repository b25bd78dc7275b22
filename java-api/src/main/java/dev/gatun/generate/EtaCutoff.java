// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * Removes tokens whose probability is below {@code min(epsilon, sqrt(epsilon) exp(-entropy))}.
 *
 * @param epsilon 0 to 1
 * @param minimum tokens that are kept in any case
 * @param scratch of the chain
 */
record EtaCutoff(double epsilon, int minimum, Scratch scratch) implements LogitsProcessor {
  @Override
  public void process(TokenHistory history, float[] scores) {
    double logSum = Softmax.logSum(scores, scratch);
    double entropy = 0;
    for (float score : scores) {
      double logProbability = score - logSum;
      if (logProbability > Double.NEGATIVE_INFINITY) {
        entropy -= Math.exp(logProbability) * logProbability;
      }
    }
    double logEta = Math.min(Math.log(epsilon), Math.log(epsilon) / 2 - entropy);
    EpsilonCutoff.keepLikely(scores, logEta + logSum, minimum, scratch);
  }
}
