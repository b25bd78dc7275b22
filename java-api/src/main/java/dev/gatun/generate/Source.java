// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.KvCache;

/**
 * The place of an encoder's input in the cache of sources. All sequences that read it share it; its
 * pages are free when the last one lets go. Belongs to the engine's thread.
 */
final class Source {
  private final KvCache cache;
  private final int[] pages;
  private final int length;
  private int references = 1;
  private boolean encoded;

  /** Takes the pages for {@code length} tokens, which must be free. */
  Source(KvCache cache, int length) {
    this.cache = cache;
    this.length = length;
    this.pages = new int[(length + cache.pageTokens() - 1) / cache.pageTokens()];
    for (int i = 0; i < pages.length; i++) {
      pages[i] = cache.take();
    }
  }

  int length() {
    return length;
  }

  int[] pages() {
    return pages;
  }

  /** Whether keys and values are in the pages. */
  boolean isEncoded() {
    return encoded;
  }

  void encoded() {
    encoded = true;
  }

  /** Where the token at {@code position} is stored. */
  int slot(int position) {
    int pageTokens = cache.pageTokens();
    return pages[position / pageTokens] * pageTokens + position % pageTokens;
  }

  /** Adds a reader. */
  Source share() {
    references++;
    return this;
  }

  /** Drops a reader. */
  void release() {
    if (--references == 0) {
      for (int page : pages) {
        cache.release(page);
      }
    }
  }
}
