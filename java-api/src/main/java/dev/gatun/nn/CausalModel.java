// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.tensor.Context;

/** A decoder that continues a text on its own. */
public interface CausalModel extends DecoderModel {
  /** The projection from hidden states to scores. */
  Linear head();

  @Override
  default OutputHead outputHead() {
    return new OutputHead(OutputHead.LANGUAGE_MODEL, head());
  }

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
    Sum sum =
        Losses.linearCrossEntropy(
            context,
            hidden(context, batch),
            new Losses.Head(head().weight(), head().bias(), 1, scoreSoftcap()),
            labels,
            options.scale(0),
            options.smoothing());
    return LossValue.of(sum, options.scale(0));
  }
}
