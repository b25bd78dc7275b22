// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Arrays;

/**
 * An encoder-decoder. {@link #hidden} wants batches with a {@link SequenceBatch#source() source}:
 * the encoder's states themselves (training, scoring), or a cache into which {@link #project} has
 * put the keys and values of every decoder layer, once for each source.
 */
public interface Seq2SeqModel extends DecoderModel {
  /** The most tokens of a source; {@link Integer#MAX_VALUE} where the model sets no limit. */
  int sourceLength();

  /** The token that every target begins with. */
  int startToken();

  /** The token that stands for "no label" in a shifted target. */
  int padToken();

  /**
   * What the decoder reads to predict a target: the start token, then all but the last label;
   * labels that are ignored (-100) become padding.
   */
  default int[] targetInputs(int[] labels) {
    int[] inputs = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      int token = i == 0 ? startToken() : labels[i - 1];
      inputs[i] = token == Losses.IGNORED ? padToken() : token;
    }
    return inputs;
  }

  /** What a cache of sources looks like. */
  KvCache.Shape sourceCacheShape();

  /** States of the encoder: sources of M tokens to [M, E]. */
  Tensor encode(Context context, SequenceBatch sources);

  /**
   * Puts the keys and values that the decoder's layers make of a source into a cache.
   *
   * @param states [M, E] of {@link #encode}
   * @param slots [M] page * pageTokens + offset
   */
  void project(Context context, Tensor states, KvCache cache, Tensor slots);

  /** The projection from hidden states to scores. */
  Linear head();

  @Override
  default OutputHead outputHead() {
    return new OutputHead(OutputHead.LANGUAGE_MODEL, head());
  }

  /** What the projection is multiplied by, before its bias. */
  default float headScale() {
    return 1;
  }

  @Override
  default long[] labelCounts(int[] lengths, Targets targets) {
    return new long[] {Arrays.stream(labels(targets)).mapToLong(Targets::counted).sum()};
  }

  private int[][] labels(Targets targets) {
    if (targets instanceof Targets.Sequences sequences) {
      return sequences.labels();
    }
    throw Targets.unsuitable("encoder-decoder " + architecture(), targets, Targets.Sequences.class);
  }

  /**
   * Cross-entropy of the target's tokens; the scores of all rows never exist at once.
   *
   * @param batch the sources
   */
  @Override
  default LossValue loss(
      Context context, SequenceBatch batch, Targets targets, LossOptions options) {
    int[][] labels = labels(targets);
    int[][] inputs = Arrays.stream(labels).map(this::targetInputs).toArray(int[][]::new);
    SequenceBatch target = SequenceBatch.of(context, inputs);
    Tensor hidden = hidden(context, SourceStates.encode(context, this, batch, target));
    Sum sum =
        Losses.linearCrossEntropy(
            context,
            hidden,
            new Losses.Head(head().weight(), head().bias(), headScale(), 0),
            Arrays.stream(labels).flatMapToInt(Arrays::stream).toArray(),
            options.scale(0),
            options.smoothing());
    return LossValue.of(sum, options.scale(0));
  }
}
