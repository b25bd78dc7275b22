// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.KvPages;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of all layers in pages of a fixed number of tokens. A page number means the same
 * page in every layer. Pages are reference-counted: sequences that share a prefix, and beams, share
 * pages and copy one only when they are about to write into it.
 *
 * <p>Not thread-safe: it belongs to the thread that runs the engine. Memory is reserved at once and
 * becomes resident as it is used.
 */
public final class KvCache implements AutoCloseable {
  /**
   * What a model's cache looks like.
   *
   * @param layers L
   * @param kvHeads G
   * @param headSize D
   * @param dtype F32 or BF16
   */
  public record Shape(int layers, int kvHeads, int headSize, DType dtype) {}

  private final Device device;
  private final Arena arena = Arena.ofShared();
  private final List<KvPages> layers = new ArrayList<>();
  private final int pageTokens;
  private final int[] references;
  private final int[] free;
  private int freeCount;

  /**
   * Reserves memory.
   *
   * @param tokens how many tokens all sequences together may hold; rounded up to whole pages
   * @throws OutOfDeviceMemoryException if the device has too little memory
   */
  public KvCache(Device device, Shape shape, long tokens) {
    this.device = device;
    device.retain();
    KvPages.Layout layout =
        KvPages.Layout.of(device, shape.kvHeads(), shape.headSize(), shape.dtype());
    this.pageTokens = layout.pageTokens();
    int pages = Math.toIntExact((tokens + pageTokens - 1) / pageTokens);
    MemorySegment memory;
    long layerBytes = Math.multiplyExact(layout.pageBytes(), (long) pages);
    try {
      memory = device.allocate(Math.multiplyExact(layerBytes, (long) shape.layers()), arena);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      layers.add(new KvPages(memory.asSlice(layer * layerBytes, layerBytes), pages, layout));
    }
    this.references = new int[pages];
    this.free = new int[pages];
    // Low numbers first, so that a short run touches little memory.
    for (int i = 0; i < pages; i++) {
      free[i] = pages - 1 - i;
    }
    this.freeCount = pages;
  }

  /** The pages of one layer. */
  public KvPages layer(int index) {
    return layers.get(index);
  }

  /** Tokens in a page. */
  public int pageTokens() {
    return pageTokens;
  }

  /** All pages. */
  public int pageCount() {
    return references.length;
  }

  /** Pages that nobody holds. */
  public int freePages() {
    return freeCount;
  }

  /**
   * Takes a free page with one reference.
   *
   * @throws OutOfDeviceMemoryException if there is none
   */
  public int take() {
    if (freeCount == 0) {
      throw new OutOfDeviceMemoryException(
          "key/value cache: all "
              + references.length
              + " pages of "
              + pageTokens
              + " tokens are in use; raise the cache's token limit");
    }
    int page = free[--freeCount];
    references[page] = 1;
    return page;
  }

  /** Adds a reference. */
  public void share(int page) {
    references[page]++;
  }

  /** Drops a reference; the page is free when the last one goes. */
  public void release(int page) {
    if (--references[page] == 0) {
      free[freeCount++] = page;
    }
  }

  /** Whether more than one sequence refers to the page. */
  public boolean isShared(int page) {
    return references[page] > 1;
  }

  /** Copies pages in every layer: {@code destination[i]} becomes {@code source[i]}. */
  public void copy(Context context, int[] source, int[] destination) {
    Tensor from = context.indices(source);
    Tensor to = context.indices(destination);
    for (KvPages layer : layers) {
      layer.copy(context, from, to);
    }
  }

  /** Frees the memory; nothing may be using it. A second call is harmless. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
      device.release();
    }
  }
}
