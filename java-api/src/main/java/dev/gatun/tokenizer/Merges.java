// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.TextList;
import java.util.Arrays;
import java.util.List;

/** The merges of a BPE model in order of rank, as ids: left, right and what they give. */
final class Merges {
  /** No merges, for models that have none. */
  static final Merges NONE = new Merges(0);

  private int[] ids; // [3 size]
  private int size;

  Merges(int expected) {
    ids = new int[3 * expected];
  }

  void add(int left, int right, int result) {
    if (3 * size == ids.length) {
      ids = Arrays.copyOf(ids, Math.max(64, 2 * ids.length));
    }
    ids[3 * size] = left;
    ids[3 * size + 1] = right;
    ids[3 * size + 2] = result;
    size++;
  }

  int size() {
    return size;
  }

  int left(int rank) {
    return ids[3 * rank];
  }

  int right(int rank) {
    return ids[3 * rank + 1];
  }

  int result(int rank) {
    return ids[3 * rank + 2];
  }

  /**
   * Looks the tokens of merges up.
   *
   * @param pairs left and right in turn, [2 m]
   * @param prefix what a right token begins with and loses when it is joined
   */
  static Merges of(String source, Vocabulary vocabulary, List<String> pairs, String prefix) {
    Merges merges = new Merges(pairs.size() / 2);
    for (int i = 0; i < pairs.size(); i += 2) {
      merges.add(source, vocabulary, pairs.get(i), pairs.get(i + 1), prefix);
    }
    return merges;
  }

  /**
   * The same for merges written as "left right". One that names a token which the vocabulary lacks
   * can never apply: GGUF files with a shortened vocabulary hold some, and they are left out.
   */
  static Merges ofLines(String source, Vocabulary vocabulary, TextList lines) {
    Merges merges = new Merges(lines.size());
    byte[] utf8 = lines.toUtf8();
    for (int i = 0; i < lines.size(); i++) {
      int from = lines.start(i);
      int to = lines.end(i);
      int space = from;
      while (space < to && utf8[space] != ' ') {
        space++;
      }
      int second = space + 1;
      while (second < to && utf8[second] != ' ') {
        second++;
      }
      if (space == from || space + 1 >= to || second < to) {
        throw notTwo(source, lines.get(i));
      }
      int leftId = vocabulary.id(utf8, from, space);
      int rightId = leftId < 0 ? -1 : vocabulary.id(utf8, space + 1, to);
      int result = rightId < 0 ? -1 : vocabulary.joined(leftId, rightId);
      if (result >= 0) {
        merges.add(leftId, rightId, result);
      }
    }
    return merges;
  }

  /** The place of the only space of "left right". */
  static int split(String source, String line) {
    int space = line.indexOf(' ');
    if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
      throw notTwo(source, line);
    }
    return space;
  }

  private static ModelFormatException notTwo(String source, String line) {
    return new ModelFormatException(
        source
            + ": merge "
            + Texts.quote(line)
            + ", expected two tokens with one space between; obtain the file again");
  }

  private void add(String source, Vocabulary vocabulary, String left, String right, String prefix) {
    int leftId = vocabulary.id(left);
    int rightId = vocabulary.id(right);
    int result =
        right.startsWith(prefix) ? vocabulary.id(left + right.substring(prefix.length())) : -1;
    if (leftId < 0 || rightId < 0 || result < 0) {
      throw new ModelFormatException(
          source
              + ": merge "
              + size
              + " joins "
              + Texts.quote(left)
              + " and "
              + Texts.quote(right)
              + ", expected two tokens of the vocabulary that give a third; obtain the file again");
    }
    add(leftId, rightId, result);
  }
}
