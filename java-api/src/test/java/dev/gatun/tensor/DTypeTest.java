// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DTypeTest {
  @ParameterizedTest
  @CsvSource({
    "F32, 0, 256, 1024", "F16, 1, 256, 512", "Q4_0, 2, 256, 144", "Q4_1, 3, 256, 160",
    "Q5_0, 6, 256, 176", "Q5_1, 7, 256, 192", "Q8_0, 8, 256, 272", "Q4_K, 12, 256, 144",
    "Q5_K, 13, 256, 176", "Q6_K, 14, 256, 210", "BF16, 30, 256, 512", "NVFP4, 40, 256, 144",
    "I64, 27, 256, 2048", "F4, 110, 256, 128", "F6_E2M3, 111, 256, 192", "BOOL, 101, 256, 256"
  })
  void codeAndSize(DType type, int code, long elements, long bytes) {
    assertEquals(code, type.code());
    assertEquals(type, DType.fromCode(code));
    assertEquals(bytes, type.byteSize(elements));
    assertEquals(0, type.byteSize(0));
  }

  @Test
  void namesRoundTrip() {
    for (DType type : DType.values()) {
      assertEquals(type, DType.fromCode(type.code()));
      type.safetensorsName()
          .ifPresent(name -> assertEquals(type, DType.findSafetensors(name).orElseThrow()));
    }
    assertTrue(DType.findSafetensors("Q4_0").isEmpty());
    assertTrue(DType.findSafetensors("f32").isEmpty());
  }

  @Test
  void refusesWhatHasNoSize() {
    assertThrows(IllegalArgumentException.class, () -> DType.Q4_0.byteSize(31));
    assertThrows(IllegalArgumentException.class, () -> DType.F32.byteSize(-1));
    assertThrows(ArithmeticException.class, () -> DType.F32.byteSize(Long.MAX_VALUE));
    assertThrows(IllegalArgumentException.class, () -> DType.fromCode(4));
  }
}
