// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import tools.jackson.databind.JsonNode;

/**
 * |a - b| &lt;= atol + rtol |b|.
 *
 * @param atol absolute part
 * @param rtol relative part
 */
record Tolerance(double atol, double rtol) {
  static Tolerance of(JsonNode node) {
    return new Tolerance(node.get("atol").doubleValue(), node.get("rtol").doubleValue());
  }

  boolean allows(double got, double expected) {
    return error(got, expected) <= atol + rtol * Math.abs(expected)
        || Double.doubleToLongBits(got) == Double.doubleToLongBits(expected);
  }

  /** The distance; 0 for equal infinities, infinity where one is not a number. */
  static double error(double got, double expected) {
    if (got == expected || Double.isNaN(got) && Double.isNaN(expected)) {
      return 0;
    }
    double distance = Math.abs(got - expected);
    return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
  }
}
