// SPDX-License-Identifier: Apache-2.0
package dev.gatun.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {
  @Test
  void risesAndFalls() {
    LearningRateSchedule linear = LearningRateSchedule.linear().withWarmup(10);
    assertEquals(0, linear.factor(0, 100));
    assertEquals(0.9, linear.factor(9, 100), 1e-12);
    assertEquals(1, linear.factor(10, 100));
    assertEquals(0.5, linear.factor(55, 100), 1e-12);
    assertEquals(0, linear.factor(100, 100));
    LearningRateSchedule cosine = LearningRateSchedule.cosine().withWarmup(10);
    assertEquals(0.586824, cosine.factor(50, 100), 1e-6);
    assertEquals(0.116978, cosine.factor(80, 100), 1e-6);
    assertEquals(0.000305, cosine.factor(99, 100), 1e-6);
  }

  @Test
  void warmsUpOverAFraction() {
    LearningRateSchedule schedule = LearningRateSchedule.constant().withWarmupRatio(0.1);
    assertEquals(0.5, schedule.factor(5, 95), 1e-12); // 9.5 steps are 10
    assertEquals(1, schedule.factor(10, 95));
  }

  @Test
  void staysAtItsEnd() {
    for (LearningRateSchedule schedule :
        new LearningRateSchedule[] {
          LearningRateSchedule.linear(),
          LearningRateSchedule.cosine(0.1),
          new LearningRateSchedule(Warmup.NONE, new Decay.CosineRestarts(3)),
          new LearningRateSchedule(Warmup.NONE, new Decay.Polynomial(2, 0.01)),
          new LearningRateSchedule(Warmup.NONE, new Decay.Stable(5, Decay.Fall.COSINE, 0.1))
        }) {
      assertEquals(schedule.factor(20, 20), schedule.factor(33, 20), schedule.toString());
    }
  }

  @Test
  void refusesNonsense() {
    assertThrows(
        IllegalArgumentException.class, () -> LearningRateSchedule.linear().factor(-1, 10));
    assertThrows(
        IllegalArgumentException.class, () -> LearningRateSchedule.linear().withWarmup(-1));
    assertThrows(
        IllegalArgumentException.class, () -> LearningRateSchedule.linear().withWarmupRatio(1.5));
    assertThrows(IllegalArgumentException.class, () -> LearningRateSchedule.cosine(2));
  }
}
