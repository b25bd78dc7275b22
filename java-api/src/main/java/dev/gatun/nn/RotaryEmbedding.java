// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Attentions.Rotation;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;

/**
 * Rotary position embedding: pairs (i, i + R/2) of a head turn by position * frequency[i]. Su et
 * al. 2021, arXiv 2104.09864.
 */
public final class RotaryEmbedding {
  private final RotaryConfig config;
  private final Parameter frequencies;
  private final float factor;

  /**
   * Computes the frequencies once.
   *
   * @param source gives the memory
   * @param name of the table, for messages
   * @param divisors R/2 values by which the frequencies are divided (a file's {@code rope_freqs}),
   *     or null
   */
  public RotaryEmbedding(
      ParameterSource source, String name, RotaryConfig config, float[] divisors) {
    this.config = config;
    this.factor = (float) config.cosSinFactor();
    double[] values = config.inverseFrequencies(0);
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) (divisors == null ? values[i] : values[i] / divisors[i]);
    }
    this.frequencies = source.constant(name, rounded);
  }

  /** Length beyond which keys that were rotated earlier are no longer right. */
  public int validLength() {
    return config.type() == RotaryConfig.Type.DYNAMIC ? config.maxPositions() : Integer.MAX_VALUE;
  }

  /** The rotation of a batch, to be used by all layers. */
  public Rotation rotation(Context context, SequenceBatch batch) {
    if (config.type() == RotaryConfig.Type.DYNAMIC && batch.cache() == null) {
      Rotation longer = dynamicRotation(context, batch);
      if (longer != null) {
        return longer;
      }
    }
    Tensor table = frequencies.vector();
    return new Rotation(table.reshape(1, table.dim(0)), null, factor, null, null, 0, 0);
  }

  /** One row of frequencies per sequence, or null if all are within the trained length. */
  private Rotation dynamicRotation(Context context, SequenceBatch batch) {
    int[] positions = batch.positions().toIntArray();
    int[] bounds = batch.cuSeqlens().toIntArray();
    int half = config.rotaryDim() / 2;
    int[] rows = new int[positions.length];
    float[] table = new float[(bounds.length - 1) * half];
    boolean beyond = false;
    for (int b = 0; b + 1 < bounds.length; b++) {
      int length = 0;
      for (int i = bounds[b]; i < bounds[b + 1]; i++) {
        rows[i] = b;
        length = Math.max(length, positions[i] + 1);
      }
      beyond |= length > config.maxPositions();
      double[] values = config.inverseFrequencies(length);
      for (int i = 0; i < half; i++) {
        table[b * half + i] = (float) values[i];
      }
    }
    if (!beyond) {
      return null;
    }
    Tensor tensor = context.allocate(DType.F32, bounds.length - 1, half);
    tensor.copyFrom(table);
    return new Rotation(tensor, context.indices(rows), factor, null, null, 0, 0);
  }
}
