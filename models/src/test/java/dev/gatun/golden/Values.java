// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.tensor.Tensor;

/**
 * A copied result.
 *
 * @param data [rows, columns]
 * @param rows N or B
 * @param columns width
 */
record Values(float[] data, int rows, int columns) {
  static Values of(Tensor tensor) {
    int rows = Math.toIntExact(tensor.dim(0));
    float[] data = tensor.toFloatArray();
    return new Values(data, rows, rows == 0 ? 0 : data.length / rows);
  }

  float at(int row, int column) {
    return data[row * columns + column];
  }

  int argMax(int row) {
    int best = 0;
    for (int c = 1; c < columns; c++) {
      if (at(row, c) > at(row, best)) {
        best = c;
      }
    }
    return best;
  }

  /** log sum exp of a row, in double. */
  double logSumExp(int row) {
    double most = at(row, argMax(row));
    double sum = 0;
    for (int c = 0; c < columns; c++) {
      sum += Math.exp(at(row, c) - most);
    }
    return most + Math.log(sum);
  }
}
