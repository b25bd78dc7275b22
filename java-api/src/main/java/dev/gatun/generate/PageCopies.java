// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.KvCache;
import dev.gatun.tensor.Context;
import java.util.Arrays;

/**
 * Pages that a step has to copy before it writes into them, gathered over its sequences so that
 * each layer copies once. A page that is copied has other readers, so it stays as it is until then.
 */
final class PageCopies {
  private final KvCache cache;
  private int[] source = new int[8];
  private int[] destination = new int[8];
  private int count;

  PageCopies(KvCache cache) {
    this.cache = cache;
  }

  /** Takes a page that will be a copy of a shared one, which loses this reader. */
  int copy(int page) {
    if (count == source.length) {
      source = Arrays.copyOf(source, 2 * count);
      destination = Arrays.copyOf(destination, 2 * count);
    }
    int fresh = cache.take();
    cache.release(page);
    source[count] = page;
    destination[count++] = fresh;
    return fresh;
  }

  /** Forgets what a step that failed had gathered. */
  void clear() {
    count = 0;
  }

  /** Copies them. */
  void run(Context context) {
    if (count > 0) {
      cache.copy(context, Arrays.copyOf(source, count), Arrays.copyOf(destination, count));
      count = 0;
    }
  }
}
