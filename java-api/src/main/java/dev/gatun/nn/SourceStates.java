// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;

/**
 * What the cross-attention of a decoder's batch reads. Tokens that read the same source stand next
 * to each other, whatever sequences they belong to: the beams of a source are one group, whose keys
 * and values are read once.
 */
public sealed interface SourceStates {
  /** [S + 1]: source s is read by the batch's tokens cuTargets[s] to cuTargets[s + 1] - 1. */
  Tensor cuTargets();

  /**
   * The encoder's states; each layer makes keys and values of them.
   *
   * @param states [M, E]
   * @param cuSeqlens [S + 1]: source s has states cuSeqlens[s] to cuSeqlens[s + 1] - 1
   */
  record Encoded(Tensor states, Tensor cuSeqlens, Tensor cuTargets) implements SourceStates {}

  /**
   * Keys and values in a cache.
   *
   * @param cache the pages of all layers
   * @param pageTable [S, P] page numbers of each source
   * @param lengths [S] tokens of each source
   */
  record Cached(KvCache cache, Tensor pageTable, Tensor lengths, Tensor cuTargets)
      implements SourceStates {}

  /** Sequence b of {@code targets} reads sequence b of {@code sources}. */
  static SourceStates of(Tensor states, SequenceBatch sources, SequenceBatch targets) {
    if (sources.sequences() != targets.sequences()) {
      throw new IllegalArgumentException(
          "source: got "
              + targets.sequences()
              + " targets for "
              + sources.sequences()
              + " sources, expected one for each");
    }
    return new Encoded(states, sources.cuSeqlens(), targets.cuSeqlens());
  }

  /** {@code targets} with the states of the sources that they read, one each. */
  static SequenceBatch encode(
      Context context, Seq2SeqModel model, SequenceBatch sources, SequenceBatch targets) {
    return targets.withSource(of(model.encode(context, sources), sources, targets));
  }
}
