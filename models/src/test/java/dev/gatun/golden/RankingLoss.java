// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

/**
 * Rows 2i and 2i + 1 of unit vectors are a pair: mean cross-entropy of 20 cosine(row 2i, all odd
 * rows), in double.
 */
final class RankingLoss {
  private static final double SCALE = 20;

  private final Values unit;
  private final double value;
  private final float[] gradient;

  RankingLoss(Values unit) {
    this.unit = unit;
    int pairs = unit.rows() / 2;
    double[] exact = new double[unit.data().length];
    double sum = 0;
    for (int i = 0; i < pairs; i++) {
      double[] scores = new double[pairs];
      double total = 0;
      for (int j = 0; j < pairs; j++) {
        scores[j] = SCALE * dot(2 * i, 2 * j + 1);
        total += Math.exp(scores[j]);
      }
      sum += Math.log(total) - scores[i];
      for (int j = 0; j < pairs; j++) {
        double slope = SCALE * (Math.exp(scores[j]) / total - (i == j ? 1 : 0)) / pairs;
        for (int c = 0; c < unit.columns(); c++) {
          exact[2 * i * unit.columns() + c] += slope * unit.at(2 * j + 1, c);
          exact[(2 * j + 1) * unit.columns() + c] += slope * unit.at(2 * i, c);
        }
      }
    }
    value = sum / pairs;
    gradient = new float[exact.length];
    for (int i = 0; i < exact.length; i++) {
      gradient[i] = (float) exact[i];
    }
  }

  private double dot(int a, int b) {
    double sum = 0;
    for (int c = 0; c < unit.columns(); c++) {
      sum += (double) unit.at(a, c) * unit.at(b, c);
    }
    return sum;
  }

  double value() {
    return value;
  }

  /** By the vectors, row-major. */
  float[] gradient() {
    return gradient;
  }
}
