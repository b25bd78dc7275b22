// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Cutting and packing of documents for language modelling. Stateless. */
public final class Packing {
  private Packing() {}

  /**
   * Cuts a document into pieces of at most {@code maxLength} tokens. A piece repeats the last token
   * of the one before it, because the first token of a sequence is no target: so every token of the
   * document but its first is predicted exactly once.
   *
   * @param maxLength at least 2
   */
  public static List<int[]> cut(int[] document, int maxLength) {
    if (maxLength < 2) {
      throw new IllegalArgumentException(
          "cut: maxLength is " + maxLength + ", expected at least 2");
    }
    List<int[]> pieces = new ArrayList<>();
    int from = 0;
    do {
      int to = Math.min(document.length, from + maxLength);
      pieces.add(Arrays.copyOfRange(document, from, to));
      from = to - 1;
    } while (from + 1 < document.length);
    return pieces;
  }

  /**
   * Joins documents into one stream, each followed by {@code separator}, and cuts it into pieces of
   * {@code length} tokens without regard to their borders; a rest shorter than 2 is dropped. This
   * is how GPT-2 was trained: a piece may hold parts of several documents that see each other.
   */
  public static List<int[]> wrap(List<int[]> documents, int separator, int length) {
    int[] stream =
        documents.stream()
            .flatMapToInt(document ->
                java.util.stream.IntStream.concat(
                    Arrays.stream(document), java.util.stream.IntStream.of(separator)))
            .toArray();
    return cut(stream, length).stream().filter(piece -> piece.length >= 2).toList();
  }

  /**
   * Best fit, longest first: each length goes into the fullest bin that still has room for it.
   *
   * @param capacity of a bin
   * @return indices into {@code lengths}, bin by bin
   * @throws IllegalArgumentException if a length exceeds the capacity
   */
  public static List<int[]> bestFit(int[] lengths, int capacity) {
    Integer[] order = new Integer[lengths.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingInt(i -> -lengths[i]));
    List<List<Integer>> bins = new ArrayList<>();
    TreeMap<Integer, List<Integer>> open = new TreeMap<>(); // free room -> bins, oldest first
    for (int i : order) {
      if (lengths[i] > capacity) {
        throw new IllegalArgumentException(
            "bestFit: length " + lengths[i] + " exceeds the capacity of " + capacity);
      }
      var fit = open.ceilingEntry(lengths[i]);
      int bin;
      int room;
      if (fit == null) {
        bin = bins.size();
        bins.add(new ArrayList<>());
        room = capacity;
      } else {
        room = fit.getKey();
        bin = fit.getValue().removeFirst();
        if (fit.getValue().isEmpty()) {
          open.remove(room);
        }
      }
      bins.get(bin).add(i);
      open.computeIfAbsent(room - lengths[i], _ -> new ArrayList<>()).add(bin);
    }
    return bins.stream().map(bin -> bin.stream().mapToInt(i -> i).toArray()).toList();
  }
}
