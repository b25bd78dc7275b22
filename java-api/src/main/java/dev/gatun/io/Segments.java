// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.lang.foreign.MemorySegment;

/** What channels can do with memory segments. */
final class Segments {
  private Segments() {}

  /** Whether a channel can use the memory directly: not so for arrays of anything but bytes. */
  static boolean hasByteBuffer(MemorySegment segment) {
    return segment.isNative() || segment.heapBase().orElse(null) instanceof byte[];
  }
}
