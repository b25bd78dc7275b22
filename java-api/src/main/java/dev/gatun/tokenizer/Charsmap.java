// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;

/**
 * SentencePiece's {@code precompiled_charsmap}: a double-array trie from UTF-8 prefixes to
 * replacement strings. Layout: u32 byte size of the trie, its u32 units, then NUL-terminated
 * replacements; a leaf holds the byte offset of its replacement. Little endian.
 *
 * <p>The native library indexes with what it finds here, so every unit that a text can reach is
 * followed once when the map is read, and anything out of range is refused.
 */
final class Charsmap {
  /** The longest replacement of NFKC takes 33 bytes. */
  private static final int MAX_REPLACEMENT_BYTES = 256;

  private final String source;
  private final int[] units;
  private final byte[] replacements;

  private Charsmap(String source, int[] units, byte[] replacements) {
    this.source = source;
    this.units = units;
    this.replacements = replacements;
  }

  static Charsmap parse(String source, byte[] bytes) {
    if (bytes.length < 8) {
      throw wrong(source, "has " + bytes.length + " bytes, expected at least 8");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long trieBytes = Integer.toUnsignedLong(buffer.getInt());
    if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes > buffer.remaining()) {
      throw wrong(
          source, "says its trie has " + trieBytes + " bytes of " + buffer.remaining() + " left");
    }
    int[] units = new int[(int) (trieBytes / 4)];
    buffer.asIntBuffer().get(units);
    buffer.position(4 + (int) trieBytes);
    byte[] replacements = new byte[buffer.remaining()];
    buffer.get(replacements);
    Charsmap charsmap = new Charsmap(source, units, replacements);
    charsmap.check();
    return charsmap;
  }

  private void check() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          source + ": precompiled_charsmap holds replacements that are not UTF-8", e);
    }
    BitSet seen = new BitSet(units.length);
    Deque<Integer> open = new ArrayDeque<>();
    int root = offset(units[0]);
    seen.set(root);
    open.push(root);
    while (!open.isEmpty()) {
      int base = open.pop();
      if ((base | 0xFF) >= units.length) {
        throw wrong(source, "has a node at " + base + " beyond its " + units.length + " units");
      }
      for (int label = 1; label < 256; label++) {
        int node = base ^ label;
        if (label(units[node]) != label) {
          continue;
        }
        int next = node ^ offset(units[node]);
        if ((next | 0xFF) >= units.length) {
          throw wrong(source, "has a node at " + next + " beyond its " + units.length + " units");
        }
        if (hasLeaf(units[node])) {
          checkReplacement(value(units[next]));
        }
        if (!seen.get(next)) {
          seen.set(next);
          open.push(next);
        }
      }
    }
  }

  private void checkReplacement(int start) {
    if (start >= replacements.length || (replacements[start] & 0xC0) == 0x80) {
      throw wrong(source, "points to a replacement at " + start + ", not the start of one");
    }
    if (replacementEnd(start) - start > MAX_REPLACEMENT_BYTES) {
      throw wrong(source, "has a replacement of more than " + MAX_REPLACEMENT_BYTES + " bytes");
    }
  }

  private int replacementEnd(int start) {
    int end = start;
    while (end < replacements.length && replacements[end] != 0) {
      end++;
    }
    return end;
  }

  /**
   * The longest rule that matches at a place of a UTF-8 text.
   *
   * @return (bytes matched) << 32 | (offset of the replacement), or -1
   */
  long longestMatch(byte[] text, int from) {
    long found = -1;
    int node = offset(units[0]);
    for (int i = from; i < text.length; i++) {
      int c = text[i] & 0xFF;
      if (c == 0) {
        break;
      }
      node ^= c;
      if (label(units[node]) != c) {
        break;
      }
      boolean leaf = hasLeaf(units[node]);
      node ^= offset(units[node]);
      if (leaf) {
        found = (long) (i + 1 - from) << 32 | value(units[node]);
      }
    }
    return found;
  }

  /** The replacement at an offset that {@link #longestMatch} gave. */
  String replacement(int start) {
    return new String(replacements, start, replacementEnd(start) - start, StandardCharsets.UTF_8);
  }

  private static boolean hasLeaf(int unit) {
    return (unit >>> 8 & 1) == 1;
  }

  private static int value(int unit) {
    return unit & 0x7FFFFFFF;
  }

  private static int label(int unit) {
    return unit & 0x800000FF;
  }

  private static int offset(int unit) {
    return unit >>> 10 << ((unit & 0x200) >>> 6);
  }

  private static ModelFormatException wrong(String source, String problem) {
    return new ModelFormatException(
        source + ": precompiled_charsmap " + problem + "; obtain the file again");
  }
}
