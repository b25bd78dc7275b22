// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

/**
 * The factor of the base learning rate, by optimiser step. A pure function of the step: nothing has
 * to be saved or replayed when a run is resumed.
 *
 * <p>Warm-up rises linearly from 0 at step 0, which therefore changes nothing (the convention of
 * Hugging Face). Past the planned end every schedule stays at its last value.
 *
 * @param warmup the rise at the start
 * @param decay what follows it
 */
public record LearningRateSchedule(Warmup warmup, Decay decay) {
  /** The rate stays. */
  public static LearningRateSchedule constant() {
    return new LearningRateSchedule(Warmup.NONE, new Decay.Constant());
  }

  /** A straight line to 0. */
  public static LearningRateSchedule linear() {
    return new LearningRateSchedule(Warmup.NONE, new Decay.Linear());
  }

  /** Half a cosine to 0. */
  public static LearningRateSchedule cosine() {
    return cosine(0);
  }

  /** Half a cosine to {@code floor} times the base rate. */
  public static LearningRateSchedule cosine(double floor) {
    return new LearningRateSchedule(Warmup.NONE, new Decay.Cosine(0.5, floor));
  }

  /** The same with another warm-up. */
  public LearningRateSchedule withWarmup(long steps) {
    return new LearningRateSchedule(new Warmup(steps, 0), decay);
  }

  /** The same with a warm-up over a fraction of all steps. */
  public LearningRateSchedule withWarmupRatio(double ratio) {
    return new LearningRateSchedule(new Warmup(0, ratio), decay);
  }

  /**
   * The factor of one step.
   *
   * @param step counted from 0
   * @param totalSteps planned
   * @throws IllegalArgumentException if the step is negative
   */
  public double factor(long step, long totalSteps) {
    if (step < 0) {
      throw new IllegalArgumentException("schedule: step is " + step + ", expected 0 or more");
    }
    long rise = warmup.of(totalSteps);
    return step < rise
        ? decay.rising((double) step / Math.max(1, rise))
        : decay.factor(step, rise, Math.max(totalSteps, rise));
  }
}
