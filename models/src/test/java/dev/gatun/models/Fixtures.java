// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Device;
import java.nio.file.Path;
import java.util.Random;

/** Tiny checkpoints of the golden fixtures. */
final class Fixtures {
  private Fixtures() {}

  /** A file or folder of the project's fixtures. */
  static Path golden(String name) {
    String given = System.getProperty("gatun.golden", System.getenv("GATUN_GOLDEN"));
    Path root =
        given == null || given.isBlank()
            ? Path.of("..", "java-api", "src", "test", "resources", "golden")
            : Path.of(given);
    return root.resolve(name);
  }

  /** A decoder on a device. */
  static CausalModel decoder(String name, Device device, Arithmetic arithmetic) {
    return GatunModels.loadCausal(
        golden(name), LoadOptions.defaults().withDevice(device).withArithmetic(arithmetic));
  }

  /** Tokens of a vocabulary, the same for the same seed; not the first few, which end answers. */
  static int[] tokens(int count, int vocabulary, long seed) {
    return new Random(seed).ints(count, 5, vocabulary).toArray();
  }
}
