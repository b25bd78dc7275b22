// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceInfo;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Training on a GPU, to the tolerances of the golden cases: what {@link GpuGoldenTest} leaves out,
 * which trains an encoder and an encoder-decoder. No kernel of the CPU has a part in it: the device
 * would count a region.
 */
class GpuTrainingTest {
  private static GoldenCase find(String name) throws IOException {
    return CaseFinder.find(Golden.defaultFolder()).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void requireOnDeviceAlone(Report report, Device device) {
    assertFalse(report.isFailed(), report::text);
    assertNull(report.skipReason());
    DeviceInfo info = device.info();
    assertEquals(0, info.regions());
    assertTrue(info.launches() > 10, info::toString);
  }

  /** Gradients of every parameter, three optimiser steps; with checkpointing of layers too. */
  @Test
  void decodersLearnOnTheDeviceAlone() throws IOException {
    try (Device device = TestGpu.open()) {
      Report report = new Report("llama2");
      ((ModelCase) find("llama2")).train(report, device);
      requireOnDeviceAlone(report, device);
    }
  }

  /** An adapter on a frozen decoder: gradients, steps, merging, files. */
  @Test
  void adaptersLearnOnTheDeviceAlone() throws IOException {
    try (Device device = TestGpu.open()) {
      Report report = Golden.run(find("training/lora"), device);
      requireOnDeviceAlone(report, device);
    }
  }

  /** Documents packed with their mask, gradients of several batches. */
  @ParameterizedTest
  @ValueSource(strings = {"training/packing", "training/accumulation"})
  void objectivesLearnOnTheDeviceAlone(String name) throws IOException {
    try (Device device = TestGpu.open()) {
      Report report = Golden.run(find(name), device);
      requireOnDeviceAlone(report, device);
    }
  }
}
