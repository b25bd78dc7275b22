// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SelectionTest {
  @Test
  void keysOrderValuesThenTokens() {
    float[] rising = {Float.NEGATIVE_INFINITY, -1e30f, -2, -1e-40f, 0, 1e-40f, 1, 3e38f};
    for (int i = 0; i + 1 < rising.length; i++) {
      long key = Selection.key(rising[i], 5);
      assertTrue(key < Selection.key(rising[i + 1], 1_000_000), "" + rising[i]);
      assertEquals(rising[i], Selection.value(key));
      assertEquals(5, Selection.token(key));
    }
    assertTrue(Selection.key(1, 4) > Selection.key(1, 5));
    assertTrue(Selection.key(-0f, 4) > Selection.key(0f, 5));
  }

  @Test
  void bestAgreesWithSorting() {
    Random random = new Random(1);
    for (int count : new int[] {1, 2, 7, 100, 500, 600}) {
      float[] scores = new float[500];
      long[] all = new long[500];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = random.nextInt(50);
        all[i] = Selection.key(scores[i], i);
      }
      Arrays.sort(all);
      long[] keys = new long[count];
      int found = Selection.best(scores, count, keys);
      assertEquals(Math.min(count, 500), found);
      assertEquals(all[500 - found], keys[0]);
      Arrays.sort(keys, 0, found);
      assertArrayEquals(Arrays.copyOfRange(all, 500 - found, 500), Arrays.copyOf(keys, found));
    }
  }

  @Test
  void reachingAgreesWithSorting() {
    Random random = new Random(2);
    for (int n : new int[] {1, 2, 40, 41, 1000, 20_000}) {
      long[] keys = new long[n];
      float[] weights = new float[n];
      for (int i = 0; i < n; i++) {
        keys[i] = Selection.key(random.nextInt(n), i);
        weights[i] = 1 + random.nextInt(3);
      }
      long[] sorted = keys.clone();
      Arrays.sort(sorted);
      for (double target : new double[] {0.5, 3, n / 2.0, 1.5 * n, 4.0 * n}) {
        double sum = 0;
        int at = n;
        while (at > 0 && sum < target) {
          sum += weights[Selection.token(sorted[--at])];
        }
        assertEquals(sorted[at], Selection.reaching(keys, n, weights, target), n + " " + target);
      }
    }
  }

  @Test
  void weightsAreExponentials() {
    Random random = new Random(3);
    float[] scores = new float[1003];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = -80 * random.nextFloat();
    }
    scores[500] = 0;
    scores[10] = Float.NEGATIVE_INFINITY;
    scores[1002] = Float.NaN;
    float[] weights = new float[1003];
    double sum = Softmax.weights(scores, 1003, Softmax.max(scores), weights);
    double expectedSum = 0;
    for (int i = 0; i < scores.length; i++) {
      double expected = Float.isNaN(scores[i]) ? 0 : Math.exp(scores[i]);
      assertEquals(expected, weights[i], 2e-7 * expected + 2e-38, "of " + scores[i]);
      expectedSum += expected;
    }
    assertEquals(expectedSum, sum, 1e-6);
  }
}
