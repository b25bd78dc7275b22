// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NormalsTest {
  /** The known answers of the generator's authors. */
  @Test
  void philoxGivesItsKnownAnswers() {
    int[] zeros = new int[4];
    Normals.philox(0, 0, zeros);
    assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, zeros);
    int[] ones = {-1, -1, -1, -1};
    Normals.philox(-1, -1, ones);
    assertArrayEquals(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, ones);
  }

  /** Bounds are 5 standard errors of the moments of 400 000 numbers. */
  @Test
  void momentsAreThoseOfTheNormalDistribution() {
    Normals normals = new Normals(7, "weight", 0);
    int count = 400_000;
    double[] moments = new double[4];
    double pairs = 0; // of a cosine and its sine, which must not go together
    for (int i = 0; i < count; i += 2) {
      double x = normals.next();
      double y = normals.next();
      pairs += x * y;
      for (int n = 0; n < moments.length; n++) {
        moments[n] += Math.pow(x, n + 1) + Math.pow(y, n + 1);
      }
    }
    assertEquals(0, moments[0] / count, 0.008);
    assertEquals(1, moments[1] / count, 0.012);
    assertEquals(0, moments[2] / count, 0.031);
    assertEquals(3, moments[3] / count, 0.078);
    assertEquals(0, 2 * pairs / count, 0.012);
  }

  @Test
  void aPlaceInTheSequenceHoldsTheSameNumberWhereverDrawingStarts() {
    Normals all = new Normals(7, "weight", 0);
    for (int i = 0; i < 64; i++) {
      all.next();
    }
    Normals late = new Normals(7, "weight", 64);
    for (int i = 0; i < 64; i++) {
      assertEquals(all.next(), late.next());
    }
  }
}
