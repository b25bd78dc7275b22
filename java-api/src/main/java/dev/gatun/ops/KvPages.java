// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.NativeCalls;
import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_kv_cache;
import dev.gatun.bindings.generated.gatun_kv_cache_layout_params;
import dev.gatun.bindings.generated.gatun_kv_copy_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The key/value pages of one layer. The layout inside a page belongs to the kernels.
 *
 * @param memory [pages] pages, zeroed before first use
 * @param pages number of pages
 * @param layout what a page is
 */
public record KvPages(MemorySegment memory, int pages, Layout layout) {
  /**
   * What one page of one layer holds.
   *
   * @param kvHeads G
   * @param headSize D
   * @param dtype of the elements
   * @param pageTokens tokens per page
   * @param pageBytes bytes of a page
   */
  public record Layout(int kvHeads, int headSize, DType dtype, int pageTokens, long pageBytes) {
    /** The layout that the device's kernels choose. */
    public static Layout of(Device device, int kvHeads, int headSize, DType dtype) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment p = gatun_kv_cache_layout_params.allocate(arena);
        gatun_kv_cache_layout_params.struct_size(p, gatun_kv_cache_layout_params.sizeof());
        gatun_kv_cache_layout_params.kv_heads(p, kvHeads);
        gatun_kv_cache_layout_params.head_size(p, headSize);
        gatun_kv_cache_layout_params.dtype(p, dtype.code());
        NativeCalls.run(GatunLibrary::gatun_kv_cache_layout, device.handle(), p);
        return new Layout(
            kvHeads,
            headSize,
            dtype,
            gatun_kv_cache_layout_params.page_tokens(p),
            gatun_kv_cache_layout_params.page_bytes(p));
      }
    }
  }

  void describe(MemorySegment descriptor) {
    gatun_kv_cache.data(descriptor, memory);
    gatun_kv_cache.byte_length(descriptor, memory.byteSize());
    gatun_kv_cache.page_count(descriptor, pages);
    gatun_kv_cache.page_tokens(descriptor, layout.pageTokens());
    gatun_kv_cache.kv_heads(descriptor, layout.kvHeads());
    gatun_kv_cache.head_size(descriptor, layout.headSize());
    gatun_kv_cache.dtype(descriptor, layout.dtype().code());
  }

  /** Copies whole pages: page {@code destination[i]} becomes page {@code source[i]}. */
  public void copy(Context context, Tensor source, Tensor destination) {
    MemorySegment p = context.params(gatun_kv_copy_params.sizeof());
    gatun_kv_copy_params.struct_size(p, gatun_kv_copy_params.sizeof());
    describe(gatun_kv_copy_params.cache(p));
    source.describe(gatun_kv_copy_params.source(p));
    destination.describe(gatun_kv_copy_params.destination(p));
    context.run(GatunLibrary::gatun_kv_copy_forward, p);
  }
}
