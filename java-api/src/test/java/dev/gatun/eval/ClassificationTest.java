// SPDX-License-Identifier: Apache-2.0
package dev.gatun.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClassificationTest {
  @Test
  void countsByHand() {
    Classification counts = new Classification(3);
    int[] expected = {0, 0, 0, 1, 1, 0};
    int[] predicted = {0, 0, 1, 1, 0, 0};
    for (int i = 0; i < expected.length; i++) {
      counts.add(expected[i], predicted[i]);
    }
    assertEquals(4.0 / 6, counts.accuracy());
    assertEquals(2.0 * 3 / (2 * 3 + 1 + 1), counts.f1(0));
    assertEquals(2.0 * 1 / (2 * 1 + 1 + 1), counts.f1(1));
    assertEquals(0, counts.f1(2));
    assertEquals((0.75 + 0.5) / 3, counts.macroF1(), 1e-15);
    assertEquals(6, counts.total());
  }

  @Test
  void perplexityFollowsFromTheSum() {
    assertEquals(8, Perplexity.of(5 * Math.log(8), 5), 1e-12);
    assertEquals(3, Perplexity.bitsPerByte(5 * Math.log(8), 5), 1e-12);
  }
}
