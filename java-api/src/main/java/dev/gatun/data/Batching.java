// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.util.ArrayList;
import java.util.List;

/**
 * How examples become micro-batches: in the order of the epoch, each batch takes examples until one
 * more would exceed a limit. Batches are ragged, so short and long examples share one without
 * padding, and several documents packed into one never see each other.
 *
 * @param maxSequences the most examples of a micro-batch
 * @param maxTokens the most tokens of a micro-batch
 * @param shuffled whether each epoch has its own order
 * @param seed of the orders
 */
public record Batching(int maxSequences, int maxTokens, boolean shuffled, long seed) {
  /** Checks the ranges. */
  public Batching {
    if (maxSequences < 1 || maxTokens < 1) {
      throw new IllegalArgumentException(
          "batching: maxSequences is "
              + maxSequences
              + " and maxTokens "
              + maxTokens
              + ", expected at least 1");
    }
  }

  /** So many examples a batch, of any length, shuffled. */
  public static Batching sequences(int count) {
    return new Batching(count, Integer.MAX_VALUE, true, 0);
  }

  /** As many examples as fit so many tokens, shuffled. */
  public static Batching tokens(int count) {
    return new Batching(Integer.MAX_VALUE, count, true, 0);
  }

  /** The same with another limit of tokens. */
  public Batching withMaxTokens(int count) {
    return new Batching(maxSequences, count, shuffled, seed);
  }

  /** The same with another seed. */
  public Batching withSeed(long other) {
    return new Batching(maxSequences, maxTokens, shuffled, other);
  }

  /** The same in the order of the set, every epoch. */
  public Batching inOrder() {
    return new Batching(maxSequences, maxTokens, false, seed);
  }

  /**
   * The micro-batches of one epoch, as indices into the set: a pure function of its arguments.
   *
   * @throws DataException if an example alone exceeds the token limit
   */
  public List<int[]> epoch(ExampleSet set, long epoch) {
    int[] order = shuffled ? Shuffle.order(set.size(), seed, epoch) : identity(set.size());
    List<int[]> batches = new ArrayList<>();
    int from = 0;
    long tokens = 0;
    for (int i = 0; i < order.length; i++) {
      int length = set.get(order[i]).tokens();
      if (length > maxTokens) {
        throw new DataException(
            "example "
                + order[i]
                + " has "
                + length
                + " tokens, a batch at most "
                + maxTokens
                + ": raise the limit of the batch or cut the example");
      }
      if (i > from && (i - from == maxSequences || tokens + length > maxTokens)) {
        batches.add(java.util.Arrays.copyOfRange(order, from, i));
        from = i;
        tokens = 0;
      }
      tokens += length;
    }
    batches.add(java.util.Arrays.copyOfRange(order, from, order.length));
    return batches;
  }

  private static int[] identity(int count) {
    return java.util.stream.IntStream.range(0, count).toArray();
  }
}
