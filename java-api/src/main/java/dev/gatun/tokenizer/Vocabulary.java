// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Tokens by id and ids by token. Ids are unique, below 2^24, and may leave gaps. */
final class Vocabulary {
  static final int MAX_ID = (1 << 24) - 1;

  /** Gaps cost memory by the id, not by the token: a file may not ask for more than this. */
  private static final int MAX_GAPS = 1 << 16;

  private final String source;
  private final Map<String, Integer> ids;
  private String[] tokens;
  private int size;

  Vocabulary(String source, int expected) {
    this.source = source;
    this.ids = HashMap.newHashMap(expected);
    this.tokens = new String[Math.max(16, expected)];
  }

  /** Adds a token; refuses a second use of the token or of the id. */
  void add(String token, long id) {
    if (id < 0 || id > MAX_ID) {
      throw new ModelFormatException(
          source
              + ": token "
              + Texts.quote(token)
              + " has id "
              + id
              + ", expected 0 to "
              + MAX_ID
              + "; the file is damaged, obtain it again");
    }
    int index = (int) id;
    if (index >= ids.size() + MAX_GAPS + tokens.length) {
      throw new ModelFormatException(
          source
              + ": id "
              + id
              + " of token "
              + Texts.quote(token)
              + " lies far beyond the number of tokens; the file is damaged, obtain it again");
    }
    if (index >= tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(index + 1, tokens.length + (tokens.length >> 1)));
    }
    if (tokens[index] != null) {
      throw new ModelFormatException(
          source
              + ": id "
              + id
              + " is used twice, by "
              + Texts.quote(tokens[index])
              + " and "
              + Texts.quote(token)
              + "; the file is damaged, obtain it again");
    }
    Texts.requireWellFormed(source, "a token of the vocabulary", token);
    if (ids.putIfAbsent(token, index) != null) {
      throw new ModelFormatException(
          source
              + ": token "
              + Texts.quote(token)
              + " appears twice in the vocabulary; the file is damaged, obtain it again");
    }
    tokens[index] = token;
    size = Math.max(size, index + 1);
  }

  /** The id of a token, or -1. */
  int id(String token) {
    Integer id = ids.get(token);
    return id == null ? -1 : id;
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
    return ids.size();
  }

  /** A copy with its own maps, for adding tokens. */
  Vocabulary copy() {
    Vocabulary copy = new Vocabulary(source, 0);
    copy.ids.putAll(ids);
    copy.tokens = tokens.clone();
    copy.size = size;
    return copy;
  }
}
