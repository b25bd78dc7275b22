// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * Fresh parameters, drawn from normal distributions. A parameter's values depend on the seed and
 * its name alone, not on the order in which a model asks for them. Used by one thread while a model
 * is built.
 */
public final class RandomParameters implements ParameterSource {
  /**
   * How a parameter is drawn.
   *
   * @param mean of the normal distribution
   * @param deviation 0 for a constant
   * @param zeroRow of a matrix, left 0: a word for padding; -1 for none
   */
  public record Fill(double mean, double deviation, long zeroRow) {
    /** 0 everywhere. */
    public static final Fill ZEROS = new Fill(0, 0);

    /** 1 everywhere. */
    public static final Fill ONES = new Fill(1, 0);

    /** Normal around 0. */
    public static Fill normal(double deviation) {
      return new Fill(0, deviation);
    }

    /** Without a row of zeros. */
    public Fill(double mean, double deviation) {
      this(mean, deviation, -1);
    }

    /** The same with a row of zeros. */
    public Fill withZeroRow(long row) {
      return new Fill(mean, deviation, row);
    }
  }

  private static final long CHUNK = 1L << 16;

  private final ModelMemory memory;
  private final long seed;
  private final Function<String, Fill> fills;
  private final Predicate<String> absent;

  /**
   * Draws into {@code memory}.
   *
   * @param fills how the parameter of a name is drawn
   * @param absent the optional parameters that the model does not have
   */
  public RandomParameters(
      ModelMemory memory, long seed, Function<String, Fill> fills, Predicate<String> absent) {
    this.memory = memory;
    this.seed = seed;
    this.fills = fills;
    this.absent = absent;
  }

  /** Matrices from N(0, deviation), biases 0, the weights of norms 1: what most families do. */
  public static Fill usual(String name, double deviation) {
    if (name.endsWith("bias")) {
      return Fill.ZEROS;
    }
    boolean norm = name.contains("norm") || name.contains("Norm") || name.contains("ln_");
    return norm ? Fill.ONES : Fill.normal(deviation);
  }

  @Override
  public Device device() {
    return memory.device();
  }

  @Override
  public Arithmetic arithmetic() {
    return memory.arithmetic();
  }

  @Override
  public boolean has(String name) {
    return !absent.test(name);
  }

  @Override
  public Parameter matrix(String name, long out, long in) {
    return matrix(name, out, in, false);
  }

  @Override
  public Parameter preciseMatrix(String name, long out, long in) {
    return matrix(name, out, in, true);
  }

  private Parameter matrix(String name, long out, long in, boolean sixteenBits) {
    Parameter known = memory.find(name);
    if (known != null) {
      return known;
    }
    // Shared: several threads draw, each from its own place in the sequence.
    try (Arena arena = Arena.ofShared()) {
      long count = Math.multiplyExact(out, in);
      MemorySegment rows = arena.allocate(Math.max(4, count * Float.BYTES), 64);
      Fill fill = fills.apply(name);
      LongStream.range(0, (count + CHUNK - 1) / CHUNK)
          .parallel()
          .forEach(chunk -> {
            Normals normals = new Normals(seed, name, chunk * CHUNK);
            long end = Math.min(count, (chunk + 1) * CHUNK);
            for (long i = chunk * CHUNK; i < end; i++) {
              float value = draw(fill, normals);
              rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, i / in == fill.zeroRow() ? 0 : value);
            }
          });
      return memory.addMatrix(
          name, rows.asSlice(0, count * Float.BYTES), DType.F32, out, in, sixteenBits);
    }
  }

  private static float draw(Fill fill, Normals normals) {
    return (float)
        (fill.deviation() == 0 ? fill.mean() : fill.mean() + fill.deviation() * normals.next());
  }

  private float[] values(String name, long count) {
    float[] values = new float[Math.toIntExact(count)];
    Normals normals = new Normals(seed, name, 0);
    Fill fill = fills.apply(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = draw(fill, normals);
    }
    return values;
  }

  @Override
  public Parameter vector(String name, long length) {
    Parameter known = memory.find(name);
    return known != null ? known : memory.addVector(name, values(name, length));
  }

  @Override
  public Parameter table(String name, long rows, long columns) {
    Parameter known = memory.find(name);
    return known != null
        ? known
        : memory.addTable(name, values(name, Math.multiplyExact(rows, columns)), rows, columns);
  }

  @Override
  public Parameter constant(String name, float[] values) {
    return memory.constant(name, values);
  }
}
