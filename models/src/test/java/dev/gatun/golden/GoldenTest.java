// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gatun.tensor.Device;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every fixture is a test; one that cannot run is shown as skipped, with its reason. */
class GoldenTest {
  /** Published models beyond this take minutes; ci/golden runs them. */
  private static final long MOST_WEIGHT_BYTES = 128L << 20;

  private static Device device;

  @BeforeAll
  static void open() {
    device = Device.cpu();
  }

  @AfterAll
  static void close() {
    device.close();
  }

  @TestFactory
  Stream<DynamicTest> cases() throws IOException {
    List<GoldenCase> cases = CaseFinder.find(Golden.defaultFolder());
    assertTrue(cases.size() > 0, "no cases in " + Golden.defaultFolder());
    return cases.stream().map(found -> DynamicTest.dynamicTest(found.name(), () -> run(found)));
  }

  private static void run(GoldenCase found) {
    assumeTrue(
        found.weightBytes() <= MOST_WEIGHT_BYTES,
        () -> "weights of " + (found.weightBytes() >> 20) + " MiB: run ci/golden");
    Report report = Golden.run(found, device);
    assertFalse(report.isFailed(), () -> report.text());
    assumeTrue(report.skipReason() == null, report::skipReason);
  }
}
