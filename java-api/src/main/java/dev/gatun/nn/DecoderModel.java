// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/**
 * A model that predicts the next token of a sequence: a decoder, or the decoder of an
 * encoder-decoder, whose batches also say what {@link SequenceBatch#source() source} they read.
 */
public interface DecoderModel extends TrainableModel {
  /** V. */
  int vocabularySize();

  /**
   * The most tokens of a sequence, prompt and answer together; {@link Integer#MAX_VALUE} where the
   * model sets no limit.
   */
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
