// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_weight_info;
import dev.gatun.bindings.generated.gatun_weight_params;
import dev.gatun.bindings.generated.gatun_weight_rows;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** weight.h: every function once right and once wrong. */
final class WeightTest {
  private final NativeFixture gatun = new NativeFixture();

  @AfterEach
  void close() {
    gatun.close();
  }

  @Test
  void createdWeightIsDescribedAndRead() {
    MemorySegment weight = gatun.weight(new float[] {1, 2, 3, 4, 5, 6}, 2);
    MemorySegment info = gatun.struct(gatun_weight_info.layout());
    gatun.run(GatunLibrary::gatun_weight_query, weight, info);
    assertEquals(2, gatun_weight_info.rows(info));
    assertEquals(3, gatun_weight_info.columns(info));
    assertEquals(GatunLibrary.GATUN_DTYPE_F32(), gatun_weight_info.dtype(info));
    assertFalse(gatun_weight_info.implementation(info).getString(0).isBlank());

    MemorySegment values = gatun.arena.allocate(12, 64);
    MemorySegment rows = gatun.struct(gatun_weight_rows.layout());
    gatun_weight_rows.first_row(rows, 1);
    gatun_weight_rows.row_count(rows, 1);
    gatun_weight_rows.values(rows, values);
    gatun_weight_rows.byte_length(rows, 12);
    gatun.run(GatunLibrary::gatun_weight_read, weight, rows);
    assertArrayEquals(new float[] {4, 5, 6}, values.toArray(ValueLayout.JAVA_FLOAT));

    gatun_weight_rows.first_row(rows, 2);
    gatun.refuses("weight_read", GatunLibrary::gatun_weight_read, weight, rows);
    gatun.refuses("weight_query", GatunLibrary::gatun_weight_query, weight, MemorySegment.NULL);
    gatun.destroyWeight(weight);
  }

  @Test
  void createRefusesTooFewBytes() {
    MemorySegment params = gatun.weightParams(new float[6], 2);
    gatun_weight_params.byte_length(params, 23);
    gatun.refuses("weight_create", GatunLibrary::gatun_weight_create, gatun.device, params);
  }

  @Test
  void destroyingNothingIsHarmless() {
    gatun.run(GatunLibrary::gatun_weight_destroy, MemorySegment.NULL, MemorySegment.NULL);
  }
}
