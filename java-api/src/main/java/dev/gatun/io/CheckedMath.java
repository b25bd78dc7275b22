// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/**
 * The arithmetic of sizes and offsets that come from a file: every operation is exact or throws
 * {@link ArithmeticException}. The one place for it, so that no reader tests a product that has
 * already wrapped.
 */
final class CheckedMath {
  private CheckedMath() {}

  static long add(long a, long b) {
    return Math.addExact(a, b);
  }

  static long multiply(long a, long b) {
    return Math.multiplyExact(a, b);
  }

  /** The number of elements of a shape; 1 for a scalar. A zero dimension does not hide overflow. */
  static long elements(long[] shape) {
    long nonZero = 1;
    boolean empty = false;
    for (long dimension : shape) {
      if (dimension < 0) {
        throw new ArithmeticException("negative dimension " + dimension);
      }
      if (dimension == 0) {
        empty = true;
      } else {
        nonZero = Math.multiplyExact(nonZero, dimension);
      }
    }
    return empty ? 0 : nonZero;
  }

  /**
   * The smallest multiple of {@code alignment} (a power of two) that is not below {@code value}.
   */
  static long alignUp(long value, long alignment) {
    return Math.addExact(value, alignment - 1) & -alignment;
  }

  /** Whether the range [offset, offset + length) lies inside [0, limit); never wraps. */
  static boolean inside(long offset, long length, long limit) {
    return offset >= 0 && length >= 0 && offset <= limit && length <= limit - offset;
  }
}
