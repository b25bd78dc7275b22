// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.TextList;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tokens by id and ids by token. Ids are unique, below 2^24, and may leave gaps. Tokens are kept as
 * UTF-8, one behind the other, and become strings when asked for; the hash table holds nothing but
 * ids, and parts of a text are found without cutting them out: a quarter of a million tokens are
 * loaded in the time of a blink.
 */
final class Vocabulary {
  static final int MAX_ID = (1 << 24) - 1;

  /** Gaps cost memory by the id, not by the token: a file may not ask for more than this. */
  private static final int MAX_GAPS = 1 << 16;

  private static final int GAP = -1;

  private final String source;
  private byte[] utf8;
  private int used;
  private int[] starts; // by id; GAP where there is no token
  private int[] ends;
  private int[] hashes;
  private int size;
  private int count;
  private int[] slots; // open addressing by hash: id + 1, 0 where free

  Vocabulary(String source, int expected) {
    this.source = source;
    this.utf8 = new byte[8 * Math.max(16, expected)];
    this.starts = new int[Math.max(16, expected)];
    this.ends = new int[starts.length];
    this.hashes = new int[starts.length];
    this.slots = new int[Integer.highestOneBit(starts.length) * 4];
    Arrays.fill(starts, GAP);
  }

  private Vocabulary(Vocabulary other) {
    source = other.source;
    utf8 = other.utf8.clone();
    used = other.used;
    starts = other.starts.clone();
    ends = other.ends.clone();
    hashes = other.hashes.clone();
    size = other.size;
    count = other.count;
    slots = other.slots.clone();
  }

  /** The tokens of a list, whose places are the ids. */
  static Vocabulary of(String source, TextList tokens) {
    Vocabulary vocabulary = new Vocabulary(source, 2 * tokens.size());
    vocabulary.fill(tokens);
    return vocabulary;
  }

  /**
   * Adds to an empty vocabulary with room. One loop without a call inside: while a program starts,
   * each method that a hundred thousand tokens pass through is one more to compile.
   */
  private void fill(TextList tokens) {
    utf8 = tokens.toUtf8();
    used = utf8.length;
    size = tokens.size();
    count = size;
    int mask = slots.length - 1;
    int at = 0;
    for (int id = 0; id < size; id++) {
      starts[id] = at;
      int end = tokens.end(id);
      int hash = 0;
      for (; at < end; at++) {
        hash = 31 * hash + utf8[at];
      }
      ends[id] = end;
      hashes[id] = hash;
      int slot = hash * 0x9E3779B9 >>> 7 & mask;
      while (slots[slot] != 0) {
        if (hashes[slots[slot] - 1] == hash && equal(slots[slot] - 1, utf8, starts[id], end)) {
          throw wrong("token " + Texts.quote(token(id)) + " appears twice in the vocabulary");
        }
        slot = slot + 1 & mask;
      }
      slots[slot] = id + 1;
    }
  }

  /** Whether the token of an id is a part of a text. */
  private boolean equal(int id, byte[] text, int from, int to) {
    int start = starts[id];
    if (ends[id] - start != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (utf8[start + i - from] != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** Adds a token; refuses a second use of the token or of the id. */
  void add(String token, long id) {
    if (id < 0 || id > MAX_ID) {
      throw wrong("token " + Texts.quote(token) + " has id " + id + ", expected 0 to " + MAX_ID);
    }
    Texts.requireWellFormed(source, "a token of the vocabulary", token);
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    add(bytes, 0, bytes.length, (int) id);
  }

  private void add(byte[] text, int from, int to, int id) {
    if (id >= count + MAX_GAPS + starts.length) {
      throw wrong(
          "id " + id + " of " + quote(text, from, to) + " lies far beyond the other tokens");
    }
    if (id >= starts.length) {
      growIds(Math.max(id + 1, starts.length + (starts.length >> 1)));
    }
    if (starts[id] != GAP) {
      throw wrong(
          "id "
              + id
              + " is used twice, by "
              + Texts.quote(token(id))
              + " and "
              + quote(text, from, to));
    }
    int hash = hash(text, from, to);
    int slot = slot(text, from, to, hash);
    if (slots[slot] != 0) {
      throw wrong("token " + quote(text, from, to) + " appears twice in the vocabulary");
    }
    slots[slot] = id + 1;
    append(text, from, to);
    starts[id] = used - (to - from);
    ends[id] = used;
    hashes[id] = hash;
    size = Math.max(size, id + 1);
    if (++count > slots.length >> 1) {
      growSlots();
    }
  }

  private void append(byte[] text, int from, int to) {
    if (to - from > utf8.length - used) {
      utf8 = Arrays.copyOf(utf8, Math.max(2 * utf8.length, Math.addExact(used, to - from)));
    }
    System.arraycopy(text, from, utf8, used, to - from);
    used += to - from;
  }

  private void growIds(int length) {
    int old = starts.length;
    starts = Arrays.copyOf(starts, length);
    Arrays.fill(starts, old, length, GAP);
    ends = Arrays.copyOf(ends, length);
    hashes = Arrays.copyOf(hashes, length);
  }

  private void growSlots() {
    slots = new int[2 * slots.length];
    for (int id = 0; id < size; id++) {
      if (starts[id] != GAP) {
        slots[slot(utf8, starts[id], ends[id], hashes[id])] = id + 1;
      }
    }
  }

  /** The hash of a part of a text: h * 31 + byte, byte for byte. */
  static int hash(byte[] text, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + text[i];
    }
    return hash;
  }

  private int firstSlot(int hash) {
    return hash * 0x9E3779B9 >>> 7 & slots.length - 1;
  }

  /** The slot that holds a part of a text, or the free one where it belongs. */
  private int slot(byte[] text, int from, int to, int hash) {
    int slot = firstSlot(hash);
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      if (hashes[id] == hash && equal(id, text, from, to)) {
        break;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /** The id of a token, or -1. */
  int id(String token) {
    if (!Texts.isWellFormed(token)) {
      return -1;
    }
    byte[] text = token.getBytes(StandardCharsets.UTF_8);
    return id(text, 0, text.length);
  }

  /** The id of a part of a text, or -1. */
  int id(byte[] text, int from, int to) {
    return id(text, from, to, hash(text, from, to));
  }

  /** The same where the {@link #hash} of the part is known. */
  int id(byte[] text, int from, int to, int hash) {
    return slots[slot(text, from, to, hash)] - 1;
  }

  /** The id of the token that two tokens spell one after the other, or -1. */
  int joined(int left, int right) {
    int hash = hashes[left];
    for (int i = starts[right]; i < ends[right]; i++) {
      hash = 31 * hash + utf8[i];
    }
    int slot = firstSlot(hash);
    while (slots[slot] != 0 && !spells(slots[slot] - 1, hash, left, right)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slots[slot] - 1;
  }

  private boolean spells(int id, int hash, int left, int right) {
    if (hashes[id] != hash) {
      return false;
    }
    int middle = starts[id] + ends[left] - starts[left];
    if (middle + ends[right] - starts[right] != ends[id]) {
      return false;
    }
    for (int i = starts[id]; i < ends[id]; i++) {
      int part = i < middle ? starts[left] + i - starts[id] : starts[right] + i - middle;
      if (utf8[i] != utf8[part]) {
        return false;
      }
    }
    return true;
  }

  /** The token of an id, or null. */
  String token(int id) {
    return isGap(id)
        ? null
        : new String(utf8, starts[id], ends[id] - starts[id], StandardCharsets.UTF_8);
  }

  /** The token of an id in UTF-8, a copy, or null. */
  byte[] bytes(int id) {
    return isGap(id) ? null : Arrays.copyOfRange(utf8, starts[id], ends[id]);
  }

  private boolean isGap(int id) {
    return id < 0 || id >= size || starts[id] == GAP;
  }

  /** One more than the highest id. */
  int size() {
    return size;
  }

  /** Number of tokens: less than {@link #size()} when ids have gaps. */
  int count() {
    return count;
  }

  /** A copy to which tokens can be added. */
  Vocabulary copy() {
    return new Vocabulary(this);
  }

  private static String quote(byte[] text, int from, int to) {
    return Texts.quote(new String(text, from, to - from, StandardCharsets.UTF_8));
  }

  private ModelFormatException wrong(String problem) {
    return new ModelFormatException(
        source + ": " + problem + "; the file is damaged, obtain it again");
  }
}
