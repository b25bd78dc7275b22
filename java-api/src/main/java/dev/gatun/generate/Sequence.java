// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.KvCache;
import java.util.Arrays;

/**
 * A token history with its place in the cache: the pages that hold its first {@link #cached()}
 * tokens. Pages may be shared with other sequences; one is copied when this sequence is about to
 * write into it. Belongs to the engine's thread.
 */
final class Sequence {
  private final KvCache cache;
  private final TokenHistory history;
  private int[] pages;
  private int pageCount;
  private int cached;
  private Source source;
  private int adapter = AdapterTable.NONE;

  Sequence(KvCache cache, TokenHistory history) {
    this(cache, history, history.length());
  }

  /** A sequence with room for the page numbers of {@code length} tokens. */
  Sequence(KvCache cache, TokenHistory history, int length) {
    this.cache = cache;
    this.history = history;
    this.pages = new int[pagesOf(length)];
  }

  TokenHistory history() {
    return history;
  }

  /** Tokens whose keys and values are in the cache. */
  int cached() {
    return cached;
  }

  /** The slot of the adapter that its tokens are run with. */
  int adapter() {
    return adapter;
  }

  /** Sets the slot of its adapter, before any token is run. */
  void use(int slot) {
    adapter = slot;
  }

  /** What its cross-attention reads; null for decoders. */
  Source source() {
    return source;
  }

  /** Makes it a reader of a source that counts this reader already. */
  void read(Source newSource) {
    source = newSource;
  }

  int pageCount() {
    return pageCount;
  }

  int page(int index) {
    return pages[index];
  }

  int[] pages() {
    return pages;
  }

  /**
   * Makes room for tokens up to {@code length} and makes the pages to be written this one's own.
   */
  void prepare(PageCopies copies, int length) {
    int needed = pagesOf(length);
    if (needed > pages.length) {
      pages = Arrays.copyOf(pages, Math.max(needed, 2 * pages.length));
    }
    for (int i = cached / cache.pageTokens(); i < pageCount; i++) {
      if (cache.isShared(pages[i])) {
        pages[i] = copies.copy(pages[i]);
      }
    }
    while (pageCount < needed) {
      pages[pageCount] = cache.take();
      pageCount++;
    }
  }

  private int pagesOf(int tokens) {
    return (tokens + cache.pageTokens() - 1) / cache.pageTokens();
  }

  /** Where the token at {@code position} is stored. */
  int slot(int position) {
    int pageTokens = cache.pageTokens();
    return pages[position / pageTokens] * pageTokens + position % pageTokens;
  }

  /** Called after a step has stored tokens up to {@code length}. */
  void advance(int length) {
    cached = length;
  }

  /** A copy that shares the pages. */
  Sequence fork() {
    Sequence copy = new Sequence(cache, history.copy());
    copy.adapter = adapter;
    copy.adopt(this, cached);
    if (source != null) {
      copy.source = source.share();
    }
    return copy;
  }

  /** Shares the pages of the first {@code length} cached tokens of another sequence. */
  void adopt(Sequence other, int length) {
    pageCount = pagesOf(length);
    pages = Arrays.copyOf(other.pages, Math.max(pages.length, pageCount));
    for (int i = 0; i < pageCount; i++) {
      cache.share(pages[i]);
    }
    cached = length;
  }

  /** Gives all pages back and lets go of the source; the history stays. */
  void release() {
    if (source != null) {
      source.release();
      source = null;
    }
    for (int i = 0; i < pageCount; i++) {
      cache.release(pages[i]);
    }
    pageCount = 0;
    cached = 0;
  }
}
