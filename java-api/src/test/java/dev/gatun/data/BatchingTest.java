// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchingTest {
  private static ExampleSet set(int... lengths) {
    return new ExampleSet(
        Arrays.stream(lengths)
            .mapToObj(length -> Example.of(IntStream.range(0, length).toArray()))
            .toList());
  }

  private static int[] flat(List<int[]> batches) {
    return batches.stream().flatMapToInt(Arrays::stream).toArray();
  }

  @Test
  void keepsToItsLimits() {
    ExampleSet set = set(3, 4, 2, 9, 1, 1, 1, 1, 1);
    Batching batching = new Batching(4, 10, false, 0);
    assertArrayEquals(
        new int[][] {{0, 1, 2}, {3, 4}, {5, 6, 7, 8}},
        batching.epoch(set, 0).toArray(int[][]::new));
  }

  @Test
  void refusesAnExampleLargerThanABatch() {
    String message =
        assertThrows(DataException.class, () -> Batching.tokens(4).inOrder().epoch(set(3, 5), 0))
            .getMessage();
    assertTrue(message.startsWith("example 1 has 5 tokens, a batch at most 4"), message);
  }

  @Test
  void ordersAreAFunctionOfSeedAndEpoch() {
    ExampleSet set = set(IntStream.generate(() -> 5).limit(300).toArray());
    Batching batching = Batching.tokens(64).withSeed(7);
    int[] first = flat(batching.epoch(set, 0));
    assertArrayEquals(first, flat(batching.epoch(set, 0)));
    int[] second = flat(batching.epoch(set, 1));
    assertFalse(Arrays.equals(first, second));
    assertFalse(Arrays.equals(first, flat(batching.withSeed(8).epoch(set, 0))));
    for (int[] order : List.of(first, second)) {
      assertArrayEquals(IntStream.range(0, 300).toArray(), Arrays.stream(order).sorted().toArray());
    }
  }

  @Test
  void permutationsAreUniform() {
    // 24 permutations of 4; 24,000 draws give 1000 each, standard deviation 31.
    int[] counts = new int[256];
    for (int epoch = 0; epoch < 24_000; epoch++) {
      int[] order = Shuffle.order(4, 3, epoch);
      counts[order[0] + 4 * order[1] + 16 * order[2] + 64 * order[3]]++;
    }
    int[] seen = Arrays.stream(counts).filter(count -> count > 0).toArray();
    assertEquals(24, seen.length);
    for (int count : seen) {
      assertEquals(1000, count, 160);
    }
  }

  @Test
  void fingerprintsTellContents() {
    Example example = Example.of(1, 2, 3);
    String one = new ExampleSet(List.of(example)).fingerprint();
    assertEquals(one, new ExampleSet(List.of(Example.of(1, 2, 3))).fingerprint());
    assertNotEquals(
        one, new ExampleSet(List.of(Example.labelled(new int[] {1, 2, 3}, null, 0))).fingerprint());
    assertNotEquals(one, new ExampleSet(List.of(Example.of(1, 2), Example.of(3))).fingerprint());
    assertThrows(DataException.class, () -> new ExampleSet(List.of()));
  }

  @Test
  void splitsWithoutOverlap() {
    ExampleSet set = new ExampleSet(IntStream.range(0, 50).mapToObj(Example::of).toList());
    ExampleSet.Split split = set.split(10, 1);
    assertEquals(40, split.train().size());
    int[] all =
        IntStream.concat(
                split.train().examples().stream().mapToInt(example -> example.ids()[0]),
                split.heldOut().examples().stream().mapToInt(example -> example.ids()[0]))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, 50).toArray(), all);
  }

  @Test
  void cutsPredictEveryTokenOnce() {
    int[] document = IntStream.range(0, 23).toArray();
    List<int[]> pieces = Packing.cut(document, 8);
    assertArrayEquals(
        IntStream.range(1, 23).toArray(),
        pieces.stream().flatMapToInt(piece -> Arrays.stream(piece).skip(1)).toArray());
    assertTrue(pieces.stream().allMatch(piece -> piece.length <= 8));
    assertArrayEquals(new int[] {5}, Packing.cut(new int[] {5}, 4).getFirst());
    assertEquals(1, Packing.cut(IntStream.range(0, 8).toArray(), 8).size());
    assertArrayEquals(
        new int[][] {{1, 2, 9}, {9, 3, 9}},
        Packing.wrap(List.of(new int[] {1, 2}, new int[] {3}), 9, 3).toArray(int[][]::new));
  }

  @Test
  void bestFitFillsTheFullestBin() {
    // training-and-evaluation.md section 7: A (cut to 4), C + D, B.
    List<int[]> bins = Packing.bestFit(new int[] {4, 2, 3, 1}, 4);
    assertArrayEquals(new int[][] {{0}, {2, 3}, {1}}, bins.toArray(int[][]::new));
    assertThrows(IllegalArgumentException.class, () -> Packing.bestFit(new int[] {5}, 4));
  }
}
