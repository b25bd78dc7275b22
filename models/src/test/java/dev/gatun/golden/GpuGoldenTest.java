// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceInfo;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Golden models on a GPU, to the tolerances of their cases. No kernel of the CPU has a part in it:
 * the device would count a region. A card runs all of them, the emulated device an encoder, a
 * decoder of block formats that generates and an encoder-decoder that does.
 */
class GpuGoldenTest {
  private static final List<String> EMULATED = List.of("bert", "gguf/llama-q4_0", "t5");

  @TestFactory
  Stream<DynamicTest> models() throws IOException {
    List<GoldenCase> models =
        CaseFinder.find(Golden.defaultFolder()).stream()
            .filter(found -> found instanceof ModelCase)
            .filter(found -> TestGpu.isReal() || EMULATED.contains(found.name()))
            .toList();
    assertTrue(models.size() >= EMULATED.size(), () -> "no models in " + Golden.defaultFolder());
    return models.stream().map(found -> DynamicTest.dynamicTest(found.name(), () -> run(found)));
  }

  private static void run(GoldenCase found) {
    try (Device device = TestGpu.open()) {
      Report report = Golden.run(found, device);
      assertFalse(report.isFailed(), report::text);
      assumeTrue(report.skipReason() == null, report::skipReason);
      DeviceInfo info = device.info();
      assertEquals(0, info.regions());
      assertTrue(info.launches() > 10, info::toString);
    }
  }
}
