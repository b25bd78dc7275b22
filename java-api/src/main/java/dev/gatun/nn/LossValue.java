// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Losses.Sum;
import java.util.List;

/**
 * A loss that was computed.
 *
 * @param parts in the order of {@link TrainableModel#labelCounts}
 */
public record LossValue(List<Part> parts) {
  /**
   * A part.
   *
   * @param name such as "mlm"; "loss" where it is the only one
   * @param value its sum divided by the step's count: this batch's share of the part's mean
   * @param labels how many labels of this batch counted
   * @param correct how many of them had the largest score
   */
  public record Part(String name, double value, long labels, long correct) {
    /** The part of a sum, weighted by {@code scale}. */
    public static Part of(String name, Sum sum, double scale) {
      return new Part(name, sum.sum() * scale, sum.labels(), sum.correct());
    }
  }

  /** A loss of one part. */
  public static LossValue of(Sum sum, double scale) {
    return new LossValue(List.of(Part.of("loss", sum, scale)));
  }

  /** The sum of the parts: this batch's share of the step's loss. */
  public double value() {
    return parts.stream().mapToDouble(Part::value).sum();
  }
}
