// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MaskingTest {
  private static final int MASK = 3;
  private static final Masking MASKING = new Masking(0.15, MASK, 1000, new int[] {1, 0, 2, 3}, 42);

  @Test
  void choosesFifteenPercentAndReplacesMostOfThem() {
    int[] ids = new int[100_000];
    Arrays.fill(ids, 500);
    Example masked = MASKING.apply(Example.of(ids), 0, 0);
    int chosen = 0;
    int hidden = 0;
    int random = 0;
    for (int i = 0; i < ids.length; i++) {
      if (masked.labels()[i] == Example.IGNORED) {
        assertEquals(500, masked.ids()[i]);
      } else {
        assertEquals(500, masked.labels()[i]);
        chosen++;
        hidden += masked.ids()[i] == MASK ? 1 : 0;
        random += masked.ids()[i] != MASK && masked.ids()[i] != 500 ? 1 : 0;
      }
    }
    // Five standard deviations of the binomials.
    assertEquals(15_000, chosen, 565);
    assertEquals(0.8, (double) hidden / chosen, 0.017);
    assertEquals(0.1, (double) random / chosen, 0.013);
  }

  @Test
  void sparesSpecialTokens() {
    int[] ids = {1, 2, 1, 2, 0, 3, 1, 2};
    for (int epoch = 0; epoch < 50; epoch++) {
      assertArrayEquals(ids, MASKING.apply(Example.of(ids), epoch, 0).ids());
    }
  }

  @Test
  void isAFunctionOfEpochAndExample() {
    int[] ids = new int[200];
    Arrays.fill(ids, 7);
    Example example = Example.of(ids);
    int[] first = MASKING.apply(example, 2, 5).labels();
    assertArrayEquals(first, MASKING.apply(example, 2, 5).labels());
    assertFalse(Arrays.equals(first, MASKING.apply(example, 3, 5).labels()));
    assertFalse(Arrays.equals(first, MASKING.apply(example, 2, 6).labels()));
  }

  @Test
  void refusesImpossibleSettings() {
    assertThrows(IllegalArgumentException.class, () -> new Masking(0, MASK, 10, new int[0], 0));
    assertThrows(IllegalArgumentException.class, () -> new Masking(0.15, 10, 10, new int[0], 0));
  }
}
