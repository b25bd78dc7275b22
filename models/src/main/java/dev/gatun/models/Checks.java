// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

/**
 * Range checks of configuration records: caps that keep hostile files from sizing anything absurd.
 */
public final class Checks {
  private static final int MOST_LAYERS = 1024;
  private static final int MOST_WIDTH = 1 << 20;
  private static final int MOST_VOCABULARY = 1 << 24;

  private Checks() {}

  /** A number of layers. */
  public static void layers(String name, int value) {
    range(name, value, 1, MOST_LAYERS);
  }

  /** A width or a number of heads. */
  public static void width(String name, int value) {
    range(name, value, 1, MOST_WIDTH);
  }

  /** A vocabulary or a number of positions. */
  public static void vocabulary(String name, int value) {
    range(name, value, 1, MOST_VOCABULARY);
  }

  /** An epsilon. */
  public static void epsilon(String name, double value) {
    if (!(value > 0) || !(value < 1)) {
      throw new IllegalArgumentException(
          "config: " + name + " is " + value + ", expected between 0 and 1");
    }
  }

  /** A probability below 1. */
  public static void probability(String name, double value) {
    if (!(value >= 0) || !(value < 1)) {
      throw new IllegalArgumentException(
          "config: " + name + " is " + value + ", expected 0 to below 1");
    }
  }

  /** A token of the vocabulary. */
  public static void token(String name, int value, int vocabulary) {
    range(name, value, 0, vocabulary - 1);
  }

  /** {@code value} must be a multiple of {@code divisor}. */
  public static void divides(String name, int value, String divisorName, int divisor) {
    if (divisor < 1 || value % divisor != 0) {
      throw new IllegalArgumentException(
          "config: "
              + name
              + " is "
              + value
              + ", expected a multiple of "
              + divisorName
              + " = "
              + divisor);
    }
  }

  private static void range(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "config: " + name + " is " + value + ", expected " + least + " to " + most);
    }
  }
}
