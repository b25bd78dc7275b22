// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_error;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** status.h: every status becomes its exception, with the text of the same call. */
final class StatusTest {
  private static <E extends RuntimeException> E thrown(int status, Class<E> type) {
    NativeCalls.Function fails =
        (handle, params, error) -> {
          gatun_error.message(error).setString(0, "linear: y is NULL, grüße");
          return status;
        };
    try (Arena arena = Arena.ofConfined()) {
      E exception =
          assertThrows(
              type,
              () ->
                  NativeCalls.run(
                      fails, MemorySegment.NULL, MemorySegment.NULL, new NativeError(arena)));
      assertEquals(type, exception.getClass());
      assertEquals("linear: y is NULL, grüße", exception.getMessage());
      return exception;
    }
  }

  @Test
  void statusesBecomeExceptions() {
    thrown(GatunLibrary.GATUN_STATUS_INVALID_ARGUMENT(), IllegalArgumentException.class);
    thrown(GatunLibrary.GATUN_STATUS_UNSUPPORTED(), UnsupportedOperationException.class);
    int memory = GatunLibrary.GATUN_STATUS_OUT_OF_MEMORY();
    assertEquals(memory, thrown(memory, NativeOutOfMemoryException.class).status());
    for (int status :
        new int[] {GatunLibrary.GATUN_STATUS_DEVICE(), GatunLibrary.GATUN_STATUS_INTERNAL(), 77}) {
      assertEquals(status, thrown(status, NativeException.class).status());
    }
  }

  @Test
  void everyCallIsCounted() {
    long before = NativeCalls.count();
    NativeCalls.run((handle, params, error) -> 0, MemorySegment.NULL, MemorySegment.NULL);
    thrown(GatunLibrary.GATUN_STATUS_DEVICE(), NativeException.class);
    assertEquals(2, NativeCalls.count() - before);
  }
}
