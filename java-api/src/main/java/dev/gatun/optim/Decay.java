// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

/**
 * The shape of a {@link LearningRateSchedule} after its warm-up: s is the step, w the warm-up's
 * length, T the planned number of steps.
 */
public sealed interface Decay {
  /** The factor at step s >= w. */
  double factor(long s, long w, long total);

  /** The factor during warm-up, after the fraction {@code progress} of it. */
  default double rising(double progress) {
    return progress;
  }

  private static double progress(long s, long w, long total) {
    return Math.min(1, (double) (s - w) / Math.max(1, total - w));
  }

  /** 1. */
  record Constant() implements Decay {
    @Override
    public double factor(long s, long w, long total) {
      return 1;
    }
  }

  /** (T - s) / (T - w), at least 0. */
  record Linear() implements Decay {
    @Override
    public double factor(long s, long w, long total) {
      return Math.max(0, (double) (total - s) / Math.max(1, total - w));
    }
  }

  /**
   * floor + (1 - floor) (1 + cos(2 pi cycles (s - w) / (T - w))) / 2.
   *
   * @param cycles periods until the end; 0.5 falls to the floor once
   * @param floor of the factor
   */
  record Cosine(double cycles, double floor) implements Decay {
    /** Checks the ranges. */
    public Cosine {
      requireFraction("cosine: floor", floor);
    }

    @Override
    public double factor(long s, long w, long total) {
      double wave = 0.5 * (1 + Math.cos(2 * Math.PI * cycles * progress(s, w, total)));
      return Math.max(0, wave * (1 - floor) + floor);
    }
  }

  /**
   * {@code cycles} times half a cosine from 1 to 0; 0 at the end.
   *
   * @param cycles number of falls
   */
  record CosineRestarts(int cycles) implements Decay {
    @Override
    public double factor(long s, long w, long total) {
      double progress = progress(s, w, total);
      return progress >= 1
          ? 0
          : Math.max(0, 0.5 * (1 + Math.cos(Math.PI * (cycles * progress % 1))));
    }
  }

  /**
   * end + (1 - end) (1 - (s - w) / (T - w))^power.
   *
   * @param power of the fall; 1 is a line
   * @param end the factor at the end
   */
  record Polynomial(double power, double end) implements Decay {
    /** Checks the ranges. */
    public Polynomial {
      requireFraction("polynomial: end", end);
    }

    @Override
    public double factor(long s, long w, long total) {
      return end + (1 - end) * Math.pow(1 - progress(s, w, total), power);
    }
  }

  /**
   * sqrt(t / (s + t - w)).
   *
   * @param timescale t; 0 for w, or 10000 without a warm-up
   */
  record InverseSquareRoot(long timescale) implements Decay {
    private static final long DEFAULT_TIMESCALE = 10_000;

    @Override
    public double factor(long s, long w, long total) {
      double scale = timescale > 0 ? timescale : w > 0 ? w : DEFAULT_TIMESCALE;
      return 1 / Math.sqrt((s + scale - w) / scale);
    }
  }

  /** How {@link Stable} falls at its end. */
  enum Fall {
    /** 1 - p. */
    LINEAR,
    /** (1 + cos(pi p)) / 2. */
    COSINE,
    /** 1 - sqrt(p). */
    SQUARE_ROOT;

    private double at(double p) {
      return switch (this) {
        case LINEAR -> 1 - p;
        case COSINE -> 0.5 * (1 + Math.cos(Math.PI * p));
        case SQUARE_ROOT -> 1 - Math.sqrt(p);
      };
    }
  }

  /**
   * 1 until the last {@code decaySteps} steps, then a fall to {@code floor}; the warm-up starts at
   * the floor too.
   *
   * @param decaySteps length of the fall
   * @param fall its shape
   * @param floor of the factor
   */
  record Stable(long decaySteps, Fall fall, double floor) implements Decay {
    /** Checks the ranges. */
    public Stable {
      requireFraction("stable: floor", floor);
    }

    @Override
    public double rising(double progress) {
      return above(progress);
    }

    @Override
    public double factor(long s, long w, long total) {
      long start = Math.max(w, total - decaySteps);
      if (s < start) {
        return 1;
      }
      return above(fall.at(Math.min(1, (double) (s - start) / Math.max(1, decaySteps))));
    }

    private double above(double factor) {
      return factor * (1 - floor) + floor;
    }
  }

  private static void requireFraction(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " is " + value + ", expected 0 to 1");
    }
  }
}
