// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds added tokens in a text: the leftmost match, and of several there the longest. */
final class AddedTokenMatcher {
  private final Map<Long, Integer> children = new HashMap<>(); // node << 16 | char -> node
  private final Map<Integer, Integer> ids = new HashMap<>(); // node -> id of the token that ends
  private final BitSet firsts = new BitSet(); // characters with which a token begins
  private int nodes = 1;

  AddedTokenMatcher(List<AddedToken> tokens) {
    for (AddedToken token : tokens) {
      int node = 0;
      for (int i = 0; i < token.content().length(); i++) {
        long edge = (long) node << 16 | token.content().charAt(i);
        Integer child = children.get(edge);
        if (child == null) {
          child = nodes++;
          children.put(edge, child);
        }
        node = child;
      }
      ids.put(node, token.id());
      firsts.set(token.content().charAt(0));
    }
  }

  /** A match: the token's id and its place in the text. */
  record Match(int id, int start, int end) {}

  /** The first match at or behind a place, or null. */
  Match find(String text, int from) {
    for (int start = from; start < text.length(); start++) {
      if (!firsts.get(text.charAt(start))) {
        continue;
      }
      Match longest = matchAt(text, start);
      if (longest != null) {
        return longest;
      }
    }
    return null;
  }

  /** The end of the longest token that begins at a place, or the place itself. */
  int endOfMatchAt(String text, int start) {
    Match match = firsts.get(text.charAt(start)) ? matchAt(text, start) : null;
    return match == null ? start : match.end();
  }

  private Match matchAt(String text, int start) {
    Match longest = null;
    Integer node = 0;
    for (int i = start; i < text.length(); i++) {
      node = children.get((long) node << 16 | text.charAt(i));
      if (node == null) {
        break;
      }
      Integer id = ids.get(node);
      if (id != null) {
        longest = new Match(id, start, i + 1);
      }
    }
    return longest;
  }
}
