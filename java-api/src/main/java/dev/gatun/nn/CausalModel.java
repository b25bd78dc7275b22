// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/** A decoder that predicts the next token. */
public interface CausalModel extends Model {
  /** V. */
  int vocabularySize();

  /** The most tokens of a sequence, prompt and answer together. */
  int contextLength();

  /** What a cache for it looks like. */
  KvCache.Shape cacheShape();

  /**
   * Length up to which cached keys stay valid as a sequence grows; beyond it every step has to run
   * the whole sequence again without a cache (dynamic rotary scaling).
   */
  default int cacheValidLength() {
    return Integer.MAX_VALUE;
  }

  /** Hidden states after the final norm: batch of N tokens to [N, E]. */
  Tensor hidden(Context context, SequenceBatch batch);

  /**
   * Scores of the next token.
   *
   * @param hidden [N, E] of {@link #hidden}
   * @param rows [R] positions to score, or null for all
   * @return [R, V] or [N, V]
   */
  Tensor logits(Context context, Tensor hidden, Tensor rows);
}
