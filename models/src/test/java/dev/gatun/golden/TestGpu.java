// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.golden.EmulatedCuda.Injection;
import dev.gatun.tensor.Device;

/**
 * The GPU that tests run on: the emulated one, or with {@code -Dgatun.test.gpu=real} this machine's
 * first, where a test without one fails.
 */
final class TestGpu {
  private TestGpu() {}

  static boolean isReal() {
    String kind = System.getProperty("gatun.test.gpu", "emulated");
    return switch (kind) {
      case "real" -> true;
      case "emulated" -> false;
      default ->
          throw new IllegalArgumentException(
              "gatun.test.gpu is \"" + kind + "\", expected real or emulated");
    };
  }

  static Device open() {
    if (isReal()) {
      return Device.gpu();
    }
    requireEmulated();
    EmulatedCuda.inject(Injection.RESET, 0);
    return EmulatedCuda.open();
  }

  /** Skips a test that has the device misbehave, or that would run where nothing was built. */
  static void requireEmulated() {
    assumeTrue(!isReal(), "has the emulated device misbehave");
    assumeTrue(
        EmulatedCuda.isBuilt(), () -> "run ci/cuda.sh emulate: no " + EmulatedCuda.library());
  }
}
