// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_dequantize_params;
import dev.gatun.bindings.generated.gatun_embedding_params;
import dev.gatun.bindings.generated.gatun_gated_linear_params;
import dev.gatun.bindings.generated.gatun_gather_rows_params;
import dev.gatun.bindings.generated.gatun_layer_norm_params;
import dev.gatun.bindings.generated.gatun_linear_params;
import dev.gatun.bindings.generated.gatun_pooling_params;
import dev.gatun.bindings.generated.gatun_quantize_params;
import dev.gatun.bindings.generated.gatun_rms_norm_params;
import dev.gatun.bindings.generated.gatun_sample_params;
import dev.gatun.bindings.generated.gatun_sample_row;
import dev.gatun.bindings.generated.gatun_softmax_params;
import dev.gatun.bindings.generated.gatun_top_k_params;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * ops.h: every operation once right, on values small enough to check by hand, and once wrong.
 * Attention and its cache are in AttentionOpsTest.
 */
final class OpsTest {
  private final NativeFixture gatun = new NativeFixture();

  @AfterEach
  void close() {
    gatun.close();
  }

  private void run(NativeCalls.Function operation, MemorySegment params) {
    gatun.run(operation, gatun.stream, params);
  }

  /** Refused without params, and with a tensor of a shape that does not fit. */
  private void refuses(String name, NativeCalls.Function operation, MemorySegment misshapen) {
    gatun.refuses(name, operation, gatun.stream, MemorySegment.NULL);
    gatun.refuses(name, operation, gatun.stream, misshapen);
  }

  private MemorySegment struct(GroupLayout layout) {
    return gatun.struct(layout);
  }

  private static void assertValues(MemorySegment tensor, float... expected) {
    assertArrayEquals(expected, NativeFixture.floats(tensor), 1e-6f);
  }

  @Test
  void linear() {
    MemorySegment y = gatun.floats(new float[4], 2, 2);
    MemorySegment params = struct(gatun_linear_params.layout());
    MemorySegment weight = gatun.weight(new float[] {1, 2, 3, 4, 5, 6}, 2);
    gatun_linear_params.x(params, gatun.floats(new float[] {1, 0, 0, 0, 1, 1}, 2, 3));
    gatun_linear_params.weight(params, 0, weight);
    gatun_linear_params.bias(params, 0, gatun.floats(new float[] {10, 20}, 2));
    gatun_linear_params.y(params, 0, y);
    run(GatunLibrary::gatun_linear_forward, params);
    assertValues(y, 11, 24, 15, 31);

    gatun_linear_params.y(params, 0, gatun.floats(new float[6], 2, 3));
    refuses("linear", GatunLibrary::gatun_linear_forward, params);
    gatun.destroyWeight(weight);
  }

  @Test
  void gatedLinear() {
    MemorySegment y = gatun.floats(new float[1], 1, 1);
    MemorySegment params = struct(gatun_gated_linear_params.layout());
    MemorySegment gate = gatun.weight(new float[] {1, 1}, 1);
    MemorySegment up = gatun.weight(new float[] {2, 3}, 1);
    gatun_gated_linear_params.x(params, gatun.floats(new float[] {1, 2}, 1, 2));
    gatun_gated_linear_params.gate(params, gate);
    gatun_gated_linear_params.up(params, up);
    gatun_gated_linear_params.y(params, y);
    gatun_gated_linear_params.activation(params, GatunLibrary.GATUN_ACTIVATION_RELU());
    run(GatunLibrary::gatun_gated_linear_forward, params);
    assertValues(y, 3 * 8);

    gatun_gated_linear_params.y(params, gatun.floats(new float[2], 1, 2));
    refuses("gated_linear", GatunLibrary::gatun_gated_linear_forward, params);
    gatun.destroyWeight(gate);
    gatun.destroyWeight(up);
  }

  @Test
  void embedding() {
    MemorySegment y = gatun.floats(new float[4], 2, 2);
    MemorySegment params = struct(gatun_embedding_params.layout());
    MemorySegment table = gatun.weight(new float[] {1, 2, 3, 4, 5, 6}, 3);
    gatun_embedding_params.ids(params, gatun.ints(new int[] {2, 0}, 2));
    gatun_embedding_params.table(params, table);
    gatun_embedding_params.y(params, y);
    gatun_embedding_params.scale(params, 2);
    run(GatunLibrary::gatun_embedding_forward, params);
    assertValues(y, 10, 12, 2, 4);

    gatun_embedding_params.ids(params, gatun.ints(new int[] {3, 0}, 2));
    refuses("embedding", GatunLibrary::gatun_embedding_forward, params);
    gatun.destroyWeight(table);
  }

  @Test
  void layerNorm() {
    MemorySegment y = gatun.floats(new float[2], 1, 2);
    MemorySegment params = struct(gatun_layer_norm_params.layout());
    gatun_layer_norm_params.x(params, gatun.floats(new float[] {1, 3}, 1, 2));
    gatun_layer_norm_params.weight(params, gatun.floats(new float[] {2, 2}, 2));
    gatun_layer_norm_params.bias(params, gatun.floats(new float[] {0, 5}, 2));
    gatun_layer_norm_params.y(params, y);
    run(GatunLibrary::gatun_layer_norm_forward, params);
    assertValues(y, -2, 7);

    gatun_layer_norm_params.weight(params, gatun.floats(new float[3], 3));
    refuses("layer_norm", GatunLibrary::gatun_layer_norm_forward, params);
  }

  @Test
  void rmsNorm() {
    MemorySegment y = gatun.floats(new float[2], 1, 2);
    MemorySegment params = struct(gatun_rms_norm_params.layout());
    gatun_rms_norm_params.x(params, gatun.floats(new float[] {1, 7}, 1, 2));
    gatun_rms_norm_params.weight(params, gatun.floats(new float[] {1, 2}, 2));
    gatun_rms_norm_params.y(params, y);
    run(GatunLibrary::gatun_rms_norm_forward, params);
    assertValues(y, 0.2f, 2.8f);

    gatun_rms_norm_params.weight(params, gatun.floats(new float[3], 3));
    refuses("rms_norm", GatunLibrary::gatun_rms_norm_forward, params);
  }

  @Test
  void gatherRows() {
    MemorySegment y = gatun.floats(new float[] {9, 9, 9, 9}, 2, 2);
    MemorySegment params = struct(gatun_gather_rows_params.layout());
    gatun_gather_rows_params.x(params, gatun.floats(new float[] {1, 2, 3, 4}, 2, 2));
    gatun_gather_rows_params.rows(params, gatun.ints(new int[] {1, -1}, 2));
    gatun_gather_rows_params.y(params, y);
    run(GatunLibrary::gatun_gather_rows_forward, params);
    assertValues(y, 3, 4, 0, 0);

    gatun_gather_rows_params.y(params, gatun.floats(new float[6], 3, 2));
    refuses("gather_rows", GatunLibrary::gatun_gather_rows_forward, params);
  }

  @Test
  void pooling() {
    MemorySegment y = gatun.floats(new float[4], 2, 2);
    MemorySegment params = struct(gatun_pooling_params.layout());
    gatun_pooling_params.x(params, gatun.floats(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
    gatun_pooling_params.cu_seqlens(params, gatun.ints(new int[] {0, 2, 3}, 3));
    gatun_pooling_params.y(params, y);
    gatun_pooling_params.mode(params, GatunLibrary.GATUN_POOLING_MEAN());
    run(GatunLibrary::gatun_pooling_forward, params);
    assertValues(y, 2, 3, 5, 6);

    gatun_pooling_params.mode(params, 99);
    refuses("pooling", GatunLibrary::gatun_pooling_forward, params);
  }

  @Test
  void softmax() {
    MemorySegment y = gatun.floats(new float[2], 1, 2);
    MemorySegment params = struct(gatun_softmax_params.layout());
    gatun_softmax_params.x(params, gatun.floats(new float[] {0, (float) Math.log(3)}, 1, 2));
    gatun_softmax_params.y(params, y);
    run(GatunLibrary::gatun_softmax_forward, params);
    assertValues(y, 0.25f, 0.75f);

    gatun_softmax_params.y(params, gatun.floats(new float[3], 1, 3));
    refuses("softmax", GatunLibrary::gatun_softmax_forward, params);
  }

  @Test
  void topK() {
    MemorySegment values = gatun.floats(new float[2], 1, 2);
    MemorySegment indices = gatun.ints(new int[2], 1, 2);
    MemorySegment params = struct(gatun_top_k_params.layout());
    gatun_top_k_params.x(params, gatun.floats(new float[] {1, 4, 4, 2}, 1, 4));
    gatun_top_k_params.values(params, values);
    gatun_top_k_params.indices(params, indices);
    run(GatunLibrary::gatun_top_k_forward, params);
    assertValues(values, 4, 4);
    assertArrayEquals(new int[] {1, 2}, NativeFixture.ints(indices));

    gatun_top_k_params.indices(params, gatun.ints(new int[5], 1, 5));
    refuses("top_k", GatunLibrary::gatun_top_k_forward, params);
  }

  @Test
  void sample() {
    MemorySegment rows = gatun.arena.allocate(gatun_sample_row.layout());
    gatun_sample_row.repetition(rows, 4);
    gatun_sample_row.temperature(rows, 1);
    gatun_sample_row.top_p(rows, 1);
    gatun_sample_row.last(rows, 1);
    MemorySegment tokens = gatun.ints(new int[1], 1);
    MemorySegment params = struct(gatun_sample_params.layout());
    gatun_sample_params.scores(params, gatun.floats(new float[] {1, 5, 2, 2}, 1, 4));
    gatun_sample_params.rows(params, rows);
    gatun_sample_params.row_count(params, 1);
    gatun_sample_params.history(params, gatun.arena.allocateFrom(ValueLayout.JAVA_INT, 1));
    gatun_sample_params.history_length(params, 1);
    gatun_sample_params.tokens(params, tokens);
    run(GatunLibrary::gatun_sample_forward, params);
    assertArrayEquals(new int[] {2}, NativeFixture.ints(tokens), "5 / 4 is less than 2");

    gatun_sample_params.tokens(params, gatun.ints(new int[2], 2));
    refuses("sample", GatunLibrary::gatun_sample_forward, params);
  }

  @Test
  void quantizeAndDequantize() {
    var values = new float[32];
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 16;
    }
    MemorySegment blocks = gatun.arena.allocate(34, 64); // a half-precision scale and 32 bytes
    MemorySegment quantize = struct(gatun_quantize_params.layout());
    gatun_quantize_params.x(quantize, gatun.floats(values, 32));
    gatun_quantize_params.y(quantize, blocks);
    gatun_quantize_params.y_byte_length(quantize, 34);
    gatun_quantize_params.dtype(quantize, GatunLibrary.GATUN_DTYPE_Q8_0());
    run(GatunLibrary::gatun_quantize_forward, quantize);
    assertEquals(
        -127, blocks.get(ValueLayout.JAVA_BYTE, 2), "the largest magnitude fills the byte");

    MemorySegment back = gatun.floats(new float[32], 32);
    MemorySegment dequantize = struct(gatun_dequantize_params.layout());
    gatun_dequantize_params.x(dequantize, blocks);
    gatun_dequantize_params.x_byte_length(dequantize, 34);
    gatun_dequantize_params.dtype(dequantize, GatunLibrary.GATUN_DTYPE_Q8_0());
    gatun_dequantize_params.y(dequantize, back);
    run(GatunLibrary::gatun_dequantize_forward, dequantize);
    assertArrayEquals(values, NativeFixture.floats(back), 16f / 127 / 2 + 0.01f);

    gatun_quantize_params.y_byte_length(quantize, 33);
    refuses("quantize", GatunLibrary::gatun_quantize_forward, quantize);
    gatun_dequantize_params.x_byte_length(dequantize, 33);
    refuses("dequantize", GatunLibrary::gatun_dequantize_forward, dequantize);
  }

  @Test
  void unknownFormatIsUnsupported() {
    MemorySegment params = struct(gatun_quantize_params.layout());
    gatun_quantize_params.x(params, gatun.floats(new float[256], 256));
    gatun_quantize_params.y(params, gatun.arena.allocate(144, 64));
    gatun_quantize_params.y_byte_length(params, 144);
    gatun_quantize_params.dtype(params, GatunLibrary.GATUN_DTYPE_Q4_K());
    String message =
        assertThrows(
                UnsupportedOperationException.class,
                () -> run(GatunLibrary::gatun_quantize_forward, params))
            .getMessage();
    assertTrue(message.startsWith("quantize: "), message);
  }
}
