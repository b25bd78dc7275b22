// SPDX-License-Identifier: Apache-2.0
package dev.gatun.eval;

/** Measures of language models that follow from a sum of negative log-likelihoods. Stateless. */
public final class Perplexity {
  private Perplexity() {}

  /** exp(nll / tokens). */
  public static double of(double negativeLogLikelihood, long tokens) {
    return Math.exp(negativeLogLikelihood / tokens);
  }

  /** nll / (ln 2 bytes), which does not depend on the tokenizer. */
  public static double bitsPerByte(double negativeLogLikelihood, long bytes) {
    return negativeLogLikelihood / (Math.log(2) * bytes);
  }
}
