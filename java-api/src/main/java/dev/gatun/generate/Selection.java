// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;

/**
 * Partial selection over keys. A key holds a value and the token it belongs to; a larger key is a
 * larger value or, among equal values, a smaller token.
 */
final class Selection {
  /** Ranges up to this length are sorted. */
  private static final int SMALL = 40;

  /** Partitions after which a range is sorted: an unlucky order must not cost a square. */
  private static final int PATIENCE = 64;

  private Selection() {}

  /** The key of a value that is not NaN. */
  public static long key(float value, int token) {
    // Adding zero makes both zeros one.
    int bits = Float.floatToRawIntBits(value + 0f);
    int ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
    return (long) ordered << 32 | ~token & 0xffffffffL;
  }

  /** The token of a key. */
  public static int token(long key) {
    return ~(int) key;
  }

  /** The value of a key. */
  public static float value(long key) {
    int ordered = (int) (key >> 32);
    return Float.intBitsToFloat(ordered ^ (ordered >> 31 & Integer.MAX_VALUE));
  }

  /**
   * Puts the keys of the best {@code count} tokens into {@code keys[0 .. result)}, the worst of
   * them first and the others in no order. The result is smaller than {@code count} if fewer tokens
   * are left. Takes V + count log(V / count) log(count) steps for scores in no order.
   */
  public static int best(float[] scores, int count, long[] keys) {
    int size = 0;
    float worst = Float.NEGATIVE_INFINITY;
    for (int token = 0; token < scores.length; token++) {
      float score = scores[token];
      // Equal to the worst is not better: its token came first.
      if (score > worst) {
        if (size < count) {
          siftUp(keys, size++, key(score, token));
          if (size < count) {
            continue;
          }
        } else {
          siftDown(keys, size, key(score, token));
        }
        worst = value(keys[0]);
      }
    }
    return size;
  }

  private static void siftUp(long[] heap, int at, long key) {
    int child = at;
    while (child > 0 && heap[(child - 1) / 2] > key) {
      heap[child] = heap[(child - 1) / 2];
      child = (child - 1) / 2;
    }
    heap[child] = key;
  }

  private static void siftDown(long[] heap, int size, long key) {
    int parent = 0;
    while (2 * parent + 1 < size) {
      int child = 2 * parent + 1;
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= key) {
        break;
      }
      heap[parent] = heap[child];
      parent = child;
    }
    heap[parent] = key;
  }

  /**
   * The key at which the weights of the keys, taken from the largest key down, first reach {@code
   * target}; the smallest key if they never do. Changes the order of the keys. Takes n steps on
   * average.
   *
   * @param keys n different keys, n at least 1
   * @param weights of tokens
   */
  public static long reaching(long[] keys, int n, float[] weights, double target) {
    int from = 0;
    int to = n;
    double above = 0;
    for (int tries = 0; to - from > SMALL && tries < PATIENCE; tries++) {
      long pivot = median(keys[from], keys[(from + to) >>> 1], keys[to - 1]);
      // [from, middle) holds the keys from the pivot up; as one of three is smaller, never all.
      int middle = from;
      double sum = above;
      for (int i = from; i < to; i++) {
        long key = keys[i];
        if (key >= pivot) {
          sum += weights[token(key)];
          keys[i] = keys[middle];
          keys[middle++] = key;
        }
      }
      if (sum >= target) {
        to = middle;
      } else {
        from = middle;
        above = sum;
      }
    }
    Arrays.sort(keys, from, to);
    for (int i = to - 1; i > from; i--) {
      above += weights[token(keys[i])];
      if (above >= target) {
        return keys[i];
      }
    }
    return keys[from];
  }

  /** The {@code count}th largest of n keys, or the smallest if there are fewer. */
  static long nth(long[] keys, int n, int count) {
    Arrays.sort(keys, 0, n);
    return keys[Math.max(0, n - count)];
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** Removes the tokens whose keys are below {@code key}, and NaN. */
  static void keepFrom(float[] scores, long key) {
    float value = value(key);
    int token = token(key);
    for (int i = 0; i < scores.length; i++) {
      // One comparison for most: equal ones are rare.
      if (!(scores[i] >= value) || scores[i] == value && i > token) {
        scores[i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  /** The {@code count}th best score; negative infinity if fewer are left. */
  static float best(float[] scores, int count, Scratch scratch) {
    long[] keys = scratch.keys(Math.min(count, scores.length));
    int found = best(scores, Math.min(count, scores.length), keys);
    return found < count ? Float.NEGATIVE_INFINITY : value(keys[0]);
  }
}
