// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;

/**
 * A ragged, token-major batch: the tokens of all sequences one after the other, never padded.
 *
 * @param ids [N]
 * @param positions [N]
 * @param types [N] token types (segments), or null
 * @param cuSeqlens [B + 1]: sequence b has tokens cuSeqlens[b] to cuSeqlens[b + 1] - 1
 * @param longest no sequence has more tokens; 0 where that is not known
 * @param cache where keys and values of earlier tokens are, or null for a batch that stands alone
 * @param source what cross-attention reads, or null where there is none
 */
public record SequenceBatch(
    Tensor ids,
    Tensor positions,
    Tensor types,
    Tensor cuSeqlens,
    int longest,
    CachedBatch cache,
    SourceStates source) {
  /** A batch without a source, whose longest sequence is not known. */
  public SequenceBatch(
      Tensor ids, Tensor positions, Tensor types, Tensor cuSeqlens, CachedBatch cache) {
    this(ids, positions, types, cuSeqlens, 0, cache, null);
  }

  /**
   * The part of a batch that refers to a cache.
   *
   * @param cache the pages of all layers
   * @param slots [N] where the new keys and values go: page * pageTokens + offset
   * @param pageTable [B, P] page numbers of each sequence
   * @param kvLengths [B] tokens of each sequence in the cache, those of this batch included
   */
  public record CachedBatch(KvCache cache, Tensor slots, Tensor pageTable, Tensor kvLengths) {}

  /** Whole sequences at positions 0, 1, 2 ..., without token types. */
  public static SequenceBatch of(Context context, int[]... sequences) {
    return of(context, sequences, null, null);
  }

  /**
   * Whole sequences.
   *
   * @param positions per sequence, or null for 0, 1, 2 ...
   * @param types per sequence, or null for none
   * @throws IllegalArgumentException if lengths differ
   */
  public static SequenceBatch of(
      Context context, int[][] sequences, int[][] positions, int[][] types) {
    int count = 0;
    int longest = 0;
    for (int[] sequence : sequences) {
      count = Math.addExact(count, sequence.length);
      longest = Math.max(longest, sequence.length);
    }
    int[] ids = new int[count];
    int[] flatPositions = new int[count];
    int[] flatTypes = new int[count];
    int[] cuSeqlens = new int[sequences.length + 1];
    int at = 0;
    for (int b = 0; b < sequences.length; b++) {
      int length = sequences[b].length;
      System.arraycopy(sequences[b], 0, ids, at, length);
      for (int i = 0; i < length; i++) {
        flatPositions[at + i] = positions == null ? i : positions[b][i];
        flatTypes[at + i] = types == null ? 0 : types[b][i];
      }
      at += length;
      cuSeqlens[b + 1] = at;
    }
    Tensor typeTensor = types == null ? null : context.indices(flatTypes);
    return new SequenceBatch(
        context.indices(ids),
        context.indices(flatPositions),
        typeTensor,
        context.indices(cuSeqlens),
        longest,
        null,
        null);
  }

  /** The same batch with token types, all of them 0 where it has none. */
  public SequenceBatch withTypes(Context context) {
    if (types != null) {
      return this;
    }
    Tensor zeros = context.allocate(DType.I32, ids.dim(0));
    zeros.clear();
    return new SequenceBatch(ids, positions, zeros, cuSeqlens, longest, cache, source);
  }

  /** The same batch with what its cross-attention reads. */
  public SequenceBatch withSource(SourceStates states) {
    return new SequenceBatch(ids, positions, types, cuSeqlens, longest, cache, states);
  }

  /** N. */
  public int tokens() {
    return Math.toIntExact(ids.dim(0));
  }

  /** B. */
  public int sequences() {
    return Math.toIntExact(cuSeqlens.dim(0)) - 1;
  }
}
