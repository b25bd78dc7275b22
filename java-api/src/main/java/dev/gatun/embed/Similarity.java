// SPDX-License-Identifier: Apache-2.0
package dev.gatun.embed;

/** Comparison of vectors. */
public final class Similarity {
  private Similarity() {}

  /**
   * The cosine of the angle between two vectors; 0 if one of them is zero.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "cosine: vectors of lengths " + a.length + " and " + b.length + ", expected the same");
    }
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? 0 : dot / Math.sqrt(aa * bb);
  }
}
