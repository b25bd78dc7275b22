// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Philox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * First values: A uniform in ±1/sqrt(in) (Kaiming with a = sqrt(5)), B zero. A value depends on the
 * seed, the matrix's name and its place alone.
 *
 * @param seed of the random numbers
 */
record FreshMatrices(long seed) implements LoraAdapter.Matrices {
  @Override
  public Parameter matrix(ModelMemory memory, String name, long out, long in) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(out * in * Float.BYTES, 64);
      if (name.endsWith(LoraNames.A)) {
        double bound = 1 / Math.sqrt((double) in);
        CRC32 stream = new CRC32();
        stream.update(name.getBytes(StandardCharsets.UTF_8));
        for (long i = 0; i < out * in; i++) {
          double uniform = (Philox.bits(seed, i, stream.getValue()) >>> 11) * 0x1p-53;
          rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) ((2 * uniform - 1) * bound));
        }
      }
      return memory.addMatrix(name, rows, DType.F32, out, in, false);
    }
  }
}
