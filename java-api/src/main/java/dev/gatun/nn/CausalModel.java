// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/** A decoder that predicts the next token. */
public interface CausalModel extends TrainableModel {
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

  /** The projection from hidden states to scores. */
  Linear head();

  /** What the scores are bounded by: softcap tanh(score / softcap); 0 for nothing. */
  default float scoreSoftcap() {
    return 0;
  }

  @Override
  default long[] labelCounts(int[] lengths, Targets targets) {
    return new long[] {Targets.counted(tokens(targets).labels())};
  }

  private Targets.Tokens tokens(Targets targets) {
    if (targets instanceof Targets.Tokens tokens) {
      return tokens;
    }
    throw Targets.unsuitable("decoder " + architecture(), targets, Targets.Tokens.class);
  }

  /** Next-token cross-entropy; the scores of all rows never exist at once. */
  @Override
  default LossValue loss(
      Context context, SequenceBatch batch, Targets targets, LossOptions options) {
    int[] labels = tokens(targets).labels();
    if (scoreSoftcap() != 0) {
      throw new UnsupportedOperationException(
          "loss: " + architecture() + " has a soft-cap on its scores, which cannot be trained");
    }
    Sum sum =
        Losses.linearCrossEntropy(
            context,
            hidden(context, batch),
            head().weight(),
            head().bias(),
            labels,
            options.scale(0),
            options.smoothing());
    return LossValue.of(sum, options.scale(0));
  }
}
