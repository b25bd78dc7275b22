// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.generated.GatunLibrary;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** version.h; what the layout probe answers is LayoutTest's subject. */
final class VersionTest {
  @BeforeAll
  static void load() {
    NativeLibrary.load();
  }

  @Test
  void libraryAndBindingsHaveTheSameVersion() {
    assertEquals(GatunLibrary.GATUN_ABI_VERSION(), GatunLibrary.gatun_abi_version());
  }

  @Test
  void layoutIsTheSameTextEveryTime() {
    assertTrue(GatunLibrary.gatun_abi_layout().address() != 0);
    assertEquals(
        GatunLibrary.gatun_abi_layout().address(), GatunLibrary.gatun_abi_layout().address());
  }
}
