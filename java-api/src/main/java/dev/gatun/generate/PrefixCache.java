// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Sequences that have ended but whose pages are still there, so that the next turn of a chat, or
 * another request with the same beginning, need not run its prompt again. The least recently used
 * one goes first when pages are short. Belongs to the engine's thread.
 */
final class PrefixCache {
  private static final int MOST_ENTRIES = 16;
  private final Deque<Sequence> entries = new ArrayDeque<>();

  /** Takes over an ended sequence and its pages. */
  void add(Sequence sequence) {
    if (sequence.cached() == 0) {
      sequence.release();
      return;
    }
    // A sequence that another one continues is of no further use.
    List<Sequence> covered = new ArrayList<>();
    for (Sequence entry : entries) {
      if (common(entry, sequence) == entry.cached() && entry.cached() <= sequence.cached()) {
        covered.add(entry);
      }
    }
    covered.forEach(entry -> {
      entries.remove(entry);
      entry.release();
    });
    entries.addFirst(sequence);
    if (entries.size() > MOST_ENTRIES) {
      evict();
    }
  }

  /** Lets a new sequence share the longest prefix that is known, short of its last token. */
  void reuse(Sequence sequence) {
    Sequence best = null;
    int longest = 0;
    for (Sequence entry : entries) {
      int length = Math.min(common(entry, sequence), sequence.history().length() - 1);
      if (length > longest) {
        longest = length;
        best = entry;
      }
    }
    if (best != null) {
      sequence.adopt(best, longest);
      entries.remove(best);
      entries.addFirst(best);
    }
  }

  /** Tokens of which the entry's keys and values are also the sequence's. */
  private static int common(Sequence entry, Sequence sequence) {
    if (entry.adapter() != sequence.adapter()) {
      return 0;
    }
    TokenHistory history = sequence.history();
    int most = Math.min(entry.cached(), history.length());
    int length = 0;
    while (length < most && entry.history().get(length) == history.get(length)) {
      length++;
    }
    return length;
  }

  /** Drops the least recently used entry; false if there is none. */
  boolean evict() {
    Sequence oldest = entries.pollLast();
    if (oldest == null) {
      return false;
    }
    oldest.release();
    return true;
  }

  void clear() {
    while (evict()) {
      // All entries go.
    }
  }
}
