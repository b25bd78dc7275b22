// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.Arrays;

/**
 * Byte-pair merging: of all neighbours in a word the pair of lowest rank is joined, the leftmost on
 * ties, until no pair has a rank. A heap holds the candidates, so that a word of n symbols costs
 * O(n log n) whatever it looks like. Immutable after construction.
 */
final class MergeTable {
  private static final long FREE = -1;

  private final long[] keys; // left << 32 | right, open addressing
  private final long[] values; // rank << 32 | result
  private final int mask;

  MergeTable(Merges merges) {
    int capacity = Integer.highestOneBit(Math.max(8, merges.size() + merges.size() / 2)) * 2;
    keys = new long[capacity];
    values = new long[capacity];
    mask = capacity - 1;
    Arrays.fill(keys, FREE);
    for (int rank = 0; rank < merges.size(); rank++) {
      long key = key(merges.left(rank), merges.right(rank));
      int slot = slot(key);
      keys[slot] = key;
      values[slot] = (long) rank << 32 | merges.result(rank);
    }
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  /** The slot that holds a key, or the free one where it belongs. */
  private int slot(long key) {
    int slot = (int) (key * 0x9E3779B97F4A7C15L >>> 32) & mask;
    while (keys[slot] != FREE && keys[slot] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** rank << 32 | result of a pair, or -1. */
  private long find(int left, int right) {
    int slot = slot(key(left, right));
    return keys[slot] == FREE ? -1 : values[slot];
  }

  /** A word of symbols that are merged in place. */
  final class Word {
    private int[] ids = new int[64];
    private int[] starts = new int[64]; // first unit of the text that a symbol covers
    private int[] ends = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];
    private int size;
    private final LongHeap heap = new LongHeap();

    void clear() {
      size = 0;
    }

    int size() {
      return size;
    }

    int id(int symbol) {
      return ids[symbol];
    }

    int start(int symbol) {
      return starts[symbol];
    }

    int end(int symbol) {
      return ends[symbol];
    }

    void add(int id, int start, int end) {
      if (size == ids.length) {
        ids = Arrays.copyOf(ids, 2 * size);
        starts = Arrays.copyOf(starts, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
        previous = Arrays.copyOf(previous, 2 * size);
        next = Arrays.copyOf(next, 2 * size);
      }
      ids[size] = id;
      starts[size] = start;
      ends[size++] = end;
    }

    /** Lets the last symbol cover more text: consecutive unknown characters are one token. */
    void extendLast(int end) {
      ends[size - 1] = end;
    }

    /** Merges, and closes the gaps. */
    void merge() {
      for (int i = 0; i < size; i++) {
        previous[i] = i - 1;
        next[i] = i + 1 < size ? i + 1 : -1;
      }
      for (int i = 0; i + 1 < size; i++) {
        offer(i);
      }
      while (!heap.isEmpty()) {
        int symbol = (int) heap.pop();
        if (ids[symbol] < 0 || next[symbol] < 0) {
          continue;
        }
        long found = find(ids[symbol], ids[next[symbol]]);
        if (found < 0 || found >>> 32 != heap.popped() >>> 32) {
          continue; // a neighbour changed since the pair was offered; the new pair has its own
          // entry
        }
        join(symbol, (int) found);
      }
      int kept = 0;
      for (int i = 0; i < size; i++) {
        if (ids[i] >= 0) {
          ids[kept] = ids[i];
          starts[kept] = starts[i];
          ends[kept++] = ends[i];
        }
      }
      size = kept;
    }

    private void join(int symbol, int result) {
      int right = next[symbol];
      ids[symbol] = result;
      ends[symbol] = ends[right];
      ids[right] = -1;
      next[symbol] = next[right];
      if (next[symbol] >= 0) {
        previous[next[symbol]] = symbol;
        offer(symbol);
      }
      if (previous[symbol] >= 0) {
        offer(previous[symbol]);
      }
    }

    private void offer(int symbol) {
      long found = find(ids[symbol], ids[next[symbol]]);
      if (found >= 0) {
        heap.push(found >>> 32 << 32 | symbol);
      }
    }
  }

  /** A binary heap of longs, smallest first. */
  private static final class LongHeap {
    private long[] items = new long[64];
    private int size;
    private long popped;

    boolean isEmpty() {
      return size == 0;
    }

    /** What {@link #pop()} gave last. */
    long popped() {
      return popped;
    }

    void push(long item) {
      if (size == items.length) {
        items = Arrays.copyOf(items, 2 * size);
      }
      int at = size++;
      while (at > 0 && items[at - 1 >> 1] > item) {
        items[at] = items[at - 1 >> 1];
        at = at - 1 >> 1;
      }
      items[at] = item;
    }

    long pop() {
      popped = items[0];
      long last = items[--size];
      int at = 0;
      while (2 * at + 1 < size) {
        int child = 2 * at + 1;
        if (child + 1 < size && items[child + 1] < items[child]) {
          child++;
        }
        if (items[child] >= last) {
          break;
        }
        items[at] = items[child];
        at = child;
      }
      items[at] = last;
      return popped;
    }
  }
}
