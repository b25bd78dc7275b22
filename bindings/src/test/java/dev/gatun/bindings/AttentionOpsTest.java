// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bindings;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_attention_params;
import dev.gatun.bindings.generated.gatun_kv_cache;
import dev.gatun.bindings.generated.gatun_kv_cache_layout_params;
import dev.gatun.bindings.generated.gatun_kv_copy_params;
import dev.gatun.bindings.generated.gatun_rotary_params;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The part of ops.h about attention: rotate and append, attend over pages, copy pages. */
final class AttentionOpsTest {
  private static final int HEAD_SIZE = 8;

  private final NativeFixture gatun = new NativeFixture();

  @AfterEach
  void close() {
    gatun.close();
  }

  private static float[] filled(float value) {
    var head = new float[HEAD_SIZE];
    Arrays.fill(head, value);
    return head;
  }

  private MemorySegment layoutParams() {
    MemorySegment params = gatun.struct(gatun_kv_cache_layout_params.layout());
    gatun_kv_cache_layout_params.kv_heads(params, 1);
    gatun_kv_cache_layout_params.head_size(params, HEAD_SIZE);
    gatun_kv_cache_layout_params.dtype(params, GatunLibrary.GATUN_DTYPE_F32());
    return params;
  }

  private MemorySegment cache(int pages) {
    MemorySegment layout = layoutParams();
    gatun.run(GatunLibrary::gatun_kv_cache_layout, gatun.device, layout);
    long bytes = pages * gatun_kv_cache_layout_params.page_bytes(layout);
    MemorySegment cache = gatun_kv_cache.allocate(gatun.arena);
    gatun_kv_cache.data(cache, gatun.arena.allocate(bytes, 64));
    gatun_kv_cache.byte_length(cache, bytes);
    gatun_kv_cache.page_count(cache, pages);
    gatun_kv_cache.page_tokens(cache, gatun_kv_cache_layout_params.page_tokens(layout));
    gatun_kv_cache.kv_heads(cache, 1);
    gatun_kv_cache.head_size(cache, HEAD_SIZE);
    gatun_kv_cache.dtype(cache, GatunLibrary.GATUN_DTYPE_F32());
    return cache;
  }

  /** Appends one token at position 0, whose key is 1 and whose value is {@code value}. */
  private MemorySegment appendParams(MemorySegment cache, float value, int slot) {
    MemorySegment params = gatun.struct(gatun_rotary_params.layout());
    gatun_rotary_params.q(params, gatun.floats(filled(1), 1, 1, HEAD_SIZE));
    gatun_rotary_params.k(params, gatun.floats(filled(1), 1, 1, HEAD_SIZE));
    gatun_rotary_params.v(params, gatun.floats(filled(value), 1, 1, HEAD_SIZE));
    gatun_rotary_params.positions(params, gatun.ints(new int[] {0}, 1));
    gatun_rotary_params.inv_freq(
        params, gatun.floats(new float[] {1, 0.1f, 0.01f, 0.001f}, 1, HEAD_SIZE / 2));
    gatun_rotary_params.cache(params, cache);
    gatun_rotary_params.slots(params, gatun.ints(new int[] {slot}, 1));
    return params;
  }

  /** What one query reads from the first token of a page. */
  private float[] attend(MemorySegment cache, int page) {
    MemorySegment y = gatun.floats(new float[HEAD_SIZE], 1, 1, HEAD_SIZE);
    gatun.run(GatunLibrary::gatun_attention_forward, gatun.stream, attendParams(cache, page, y));
    return NativeFixture.floats(y);
  }

  private MemorySegment attendParams(MemorySegment cache, int page, MemorySegment y) {
    MemorySegment params = gatun.struct(gatun_attention_params.layout());
    gatun_attention_params.q(params, gatun.floats(filled(1), 1, 1, HEAD_SIZE));
    gatun_attention_params.cu_seqlens_q(params, gatun.ints(new int[] {0, 1}, 2));
    gatun_attention_params.cache(params, cache);
    gatun_attention_params.page_table(params, gatun.ints(new int[] {page}, 1, 1));
    gatun_attention_params.kv_lengths(params, gatun.ints(new int[] {1}, 1));
    gatun_attention_params.y(params, y);
    gatun_attention_params.causal(params, 1);
    return params;
  }

  @Test
  void layoutOfPages() {
    MemorySegment params = layoutParams();
    gatun.run(GatunLibrary::gatun_kv_cache_layout, gatun.device, params);
    int tokens = gatun_kv_cache_layout_params.page_tokens(params);
    assertTrue(tokens > 0);
    assertTrue(gatun_kv_cache_layout_params.page_bytes(params) >= 2L * 4 * HEAD_SIZE * tokens);

    gatun_kv_cache_layout_params.kv_heads(params, 0);
    gatun.refuses("kv_cache_layout", GatunLibrary::gatun_kv_cache_layout, gatun.device, params);
  }

  @Test
  void appendAttendAndCopy() {
    MemorySegment cache = cache(2);
    gatun.run(GatunLibrary::gatun_rotary_forward, gatun.stream, appendParams(cache, 3, 0));
    assertArrayEquals(filled(3), attend(cache, 0), 1e-6f);

    MemorySegment copy = gatun.struct(gatun_kv_copy_params.layout());
    gatun_kv_copy_params.cache(copy, cache);
    gatun_kv_copy_params.source(copy, gatun.ints(new int[] {0}, 1));
    gatun_kv_copy_params.destination(copy, gatun.ints(new int[] {1}, 1));
    gatun.run(GatunLibrary::gatun_kv_copy_forward, gatun.stream, copy);
    assertArrayEquals(filled(3), attend(cache, 1), 1e-6f);

    gatun_kv_copy_params.destination(copy, gatun.ints(new int[] {1, 2}, 2));
    gatun.refuses("kv_copy", GatunLibrary::gatun_kv_copy_forward, gatun.stream, copy);
  }

  @Test
  void rotationTurnsPairs() {
    MemorySegment params = appendParams(cache(1), 1, 0);
    MemorySegment q = gatun.floats(new float[] {1, 0, 0, 0, 0, 0, 0, 0}, 1, 1, HEAD_SIZE);
    gatun_rotary_params.q(params, q);
    gatun_rotary_params.positions(params, gatun.ints(new int[] {1}, 1));
    gatun.run(GatunLibrary::gatun_rotary_forward, gatun.stream, params);
    float[] rotated = NativeFixture.floats(q);
    assertEquals(Math.cos(1), rotated[0], 1e-6);
    assertEquals(Math.sin(1), rotated[HEAD_SIZE / 2], 1e-6);

    gatun_rotary_params.positions(params, gatun.ints(new int[] {1, 2}, 2));
    gatun.refuses("rotary", GatunLibrary::gatun_rotary_forward, gatun.stream, params);
  }

  @Test
  void attentionRefusesAnOutputOfAnotherShape() {
    MemorySegment y = gatun.floats(new float[2 * HEAD_SIZE], 2, 1, HEAD_SIZE);
    gatun.refuses(
        "attention",
        GatunLibrary::gatun_attention_forward,
        gatun.stream,
        attendParams(cache(1), 0, y));
  }
}
