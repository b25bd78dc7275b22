// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.util.Arrays;

/**
 * Tokens by id and ids by token. Ids are unique, below 2^24, and may leave gaps. The hash table
 * holds nothing but ids, and parts of a string are found without cutting them out: a quarter of a
 * million tokens are loaded in the time of a blink.
 */
final class Vocabulary {
  static final int MAX_ID = (1 << 24) - 1;

  /** Gaps cost memory by the id, not by the token: a file may not ask for more than this. */
  private static final int MAX_GAPS = 1 << 16;

  private final String source;
  private String[] tokens; // by id; null in gaps
  private int size;
  private int count;
  private int[] slots; // open addressing by String.hashCode: id + 1, 0 where free

  Vocabulary(String source, int expected) {
    this.source = source;
    this.tokens = new String[Math.max(16, expected)];
    this.slots = new int[Integer.highestOneBit(Math.max(16, expected)) * 4];
  }

  private Vocabulary(Vocabulary other) {
    source = other.source;
    tokens = other.tokens.clone();
    size = other.size;
    count = other.count;
    slots = other.slots.clone();
  }

  /** Adds a token; refuses a second use of the token or of the id. */
  void add(String token, long id) {
    if (id < 0 || id > MAX_ID) {
      throw wrong("token " + Texts.quote(token) + " has id " + id + ", expected 0 to " + MAX_ID);
    }
    int index = (int) id;
    if (index >= count + MAX_GAPS + tokens.length) {
      throw wrong("id " + id + " of " + Texts.quote(token) + " lies far beyond the other tokens");
    }
    if (index >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(index + 1, tokens.length + (tokens.length >> 1)));
    }
    if (tokens[index] != null) {
      throw wrong(
          "id "
              + id
              + " is used twice, by "
              + Texts.quote(tokens[index])
              + " and "
              + Texts.quote(token));
    }
    Texts.requireWellFormed(source, "a token of the vocabulary", token);
    int slot = slot(token, 0, token.length(), token.hashCode());
    if (slots[slot] != 0) {
      throw wrong("token " + Texts.quote(token) + " appears twice in the vocabulary");
    }
    slots[slot] = index + 1;
    tokens[index] = token;
    size = Math.max(size, index + 1);
    if (++count > slots.length >> 1) {
      grow();
    }
  }

  private void grow() {
    slots = new int[2 * slots.length];
    for (int id = 0; id < size; id++) {
      if (tokens[id] != null) {
        slots[slot(tokens[id], 0, tokens[id].length(), tokens[id].hashCode())] = id + 1;
      }
    }
  }

  /** The slot that holds a part of a text, or the free one where it belongs. */
  private int slot(String text, int from, int to, int hash) {
    int mask = slots.length - 1;
    int slot = hash * 0x9E3779B9 >>> 7 & mask;
    while (slots[slot] != 0) {
      String token = tokens[slots[slot] - 1];
      if (token.length() == to - from && token.regionMatches(0, text, from, to - from)) {
        break;
      }
      slot = slot + 1 & mask;
    }
    return slot;
  }

  /** The id of a token, or -1. */
  int id(String token) {
    return slots[slot(token, 0, token.length(), token.hashCode())] - 1;
  }

  /** The id of a part of a text, or -1; the hash is what String.hashCode gives for that part. */
  int id(String text, int from, int to, int hash) {
    return slots[slot(text, from, to, hash)] - 1;
  }

  /** The token of an id, or null. */
  String token(int id) {
    return id >= 0 && id < size ? tokens[id] : null;
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

  private ModelFormatException wrong(String problem) {
    return new ModelFormatException(
        source + ": " + problem + "; the file is damaged, obtain it again");
  }
}
