// SPDX-License-Identifier: Apache-2.0
package dev.gatun.autograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gatun.nn.LayerScope;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.RandomParameters;
import dev.gatun.nn.RandomParameters.Fill;
import dev.gatun.ops.Activation;
import dev.gatun.ops.Elementwise;
import dev.gatun.ops.Norms;
import dev.gatun.ops.Products;
import dev.gatun.ops.Products.Epilogue;
import dev.gatun.ops.Rows;
import dev.gatun.ops.Rows.Pooling;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Device;
import dev.gatun.tensor.Dropout;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gradients of graphs in which activations are shared, viewed, changed in place and picked from,
 * against central differences.
 */
class TapeTest {
  private static final int ROWS = 6;
  private static final int WIDTH = 8;

  private final Random random = new Random(3);
  private Device device;
  private ModelMemory memory;
  private Context context;
  private Parameter input;
  private Parameter square;
  private Parameter other;
  private Parameter bias;
  private Parameter norm;
  private float[] seed;

  @BeforeEach
  void open() {
    device = Device.cpu();
    memory = new ModelMemory("test", device, false, Arithmetic.F32, false, true);
    RandomParameters source =
        new RandomParameters(
            memory,
            1,
            name -> name.equals("norm") ? new Fill(1, 0.3) : Fill.normal(0.5),
            name -> false);
    input = source.matrix("input", ROWS, WIDTH);
    square = source.matrix("square", WIDTH, WIDTH);
    other = source.matrix("other", WIDTH, WIDTH);
    bias = source.vector("bias", WIDTH);
    norm = source.vector("norm", WIDTH);
    context = new Context(device);
  }

  @AfterEach
  void close() {
    context.close();
    memory.close();
    device.close();
  }

  /** The graphs. */
  enum Graph {
    /** One activation read by three operations. */
    SHARED {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor y = t.linear(x, t.square);
        Tensor z = Norms.rmsNorm(t.context, y, t.norm.vector(), 1e-5f, 0, null);
        return Products.addLinear(
            t.context, z, t.other.matrix(), null, t.residual(t.linear(y, t.other), y));
      }
    },
    /** A residual that two layers add to, each with a norm before and behind. */
    RESIDUAL {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor sum = x;
        for (int i = 0; i < 2; i++) {
          Tensor inner = t.linear(t.layerNorm(sum), t.square);
          sum = Products.addLinear(t.context, inner, t.other.matrix(), t.bias.vector(), sum);
          sum = Norms.rmsNorm(t.context, inner, t.norm.vector(), 1e-5f, 1, sum);
        }
        return sum;
      }
    },
    /** A sum that is normalised, whose two terms are read again. */
    NORMALISED_SUM {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor y = t.linear(x, t.square);
        Tensor z = Norms.layerNormSum(t.context, y, x, t.norm.vector(), t.bias.vector(), 1e-5f);
        return Products.addLinear(t.context, y, t.other.matrix(), null, t.residual(z, x));
      }
    },
    /** Views of the first and the last rows, which overlap. */
    VIEWS {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor y = t.linear(x, t.square);
        Tensor first = t.linear(y.rows(0, ROWS - 2), t.other);
        return Products.addLinear(t.context, y.rows(2, ROWS - 2), t.other.matrix(), null, first);
      }
    },
    /** Rows that are picked, one of them twice, one never. */
    PICKED {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor y = t.linear(x, t.square);
        Tensor rows = t.context.indices(4, 1, 4, 0);
        Tensor scores =
            Products.linear(t.context, y, rows, t.other.matrix(), t.bias.vector(), Epilogue.NONE);
        return t.residual(scores, Rows.gather(t.context, y, rows));
      }
    },
    /** A gated product with activations. */
    GATED {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor y =
            Products.gatedLinear(
                t.context,
                x,
                t.square.matrix(),
                t.other.matrix(),
                t.bias.vector(),
                null,
                Activation.SILU);
        return Products.linear(
            t.context, y, t.square.matrix(), t.bias.vector(), Epilogue.of(Activation.GELU_TANH));
      }
    },
    /** Means of sequences, divided by their norms. */
    POOLED {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor bounds = t.context.indices(0, 2, ROWS);
        Tensor y = t.linear(x, t.square);
        Tensor mean = Rows.pooling(t.context, y, bounds, Pooling.MEAN, true);
        return t.residual(mean, Rows.pooling(t.context, y, bounds, Pooling.LAST, false));
      }
    },
    /** Dropout with and without a residual. */
    DROPPED {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor y = Elementwise.dropout(t.context, t.linear(x, t.square), 0.3f, x);
        return Elementwise.dropout(t.context, t.linear(y, t.other), 0.5f, null);
      }
    },
    /** Layers whose inside can be computed again, with an activation from outside. */
    LAYERS {
      @Override
      Tensor run(TapeTest t, Tensor x) {
        Tensor outside = t.linear(x, t.other);
        Tensor y = x;
        for (int i = 0; i < 3; i++) {
          y =
              LayerScope.run(
                  t.context,
                  y,
                  in -> {
                    Tensor inner = t.residual(t.linear(t.layerNorm(in), t.square), outside);
                    Tensor dropped = Elementwise.dropout(t.context, inner, 0.2f, null);
                    return Norms.layerNormSum(
                        t.context, dropped, in, t.norm.vector(), t.bias.vector(), 1e-5f);
                  });
        }
        return y;
      }
    };

    abstract Tensor run(TapeTest t, Tensor x);
  }

  private Tensor linear(Tensor x, Parameter weight) {
    return Products.linear(context, x, weight.matrix(), null, Epilogue.NONE);
  }

  private Tensor layerNorm(Tensor x) {
    return Norms.layerNorm(context, x, norm.vector(), bias.vector(), 1e-5f);
  }

  /** x + residual, by a dropout that drops nothing. */
  private Tensor residual(Tensor x, Tensor residual) {
    return Elementwise.dropout(context, x, 0, residual);
  }

  private Tensor forward(Graph graph) {
    context.setDropout(new Dropout(5, 1));
    Tensor ids = context.allocate(DType.I32, ROWS);
    for (int i = 0; i < ROWS; i++) {
      ids.setInt(i, i);
    }
    Weight table = input.matrix();
    Tensor x = Rows.embedding(context, ids, table, 1, null, null, 0, null, null, null, null, 0, -1);
    return graph.run(this, x);
  }

  /** The seeded sum of the graph's result, in double. */
  private double value(Graph graph) {
    try (Gradients none = new Gradients(device, List.of());
        Tape _ = new Tape(context, none, false)) {
      float[] y = forward(graph).toFloatArray();
      if (seed == null) {
        seed = new float[y.length];
        for (int i = 0; i < seed.length; i++) {
          seed[i] = (float) random.nextGaussian();
        }
      }
      double sum = 0;
      for (int i = 0; i < y.length; i++) {
        sum += (double) y[i] * seed[i];
      }
      return sum;
    }
  }

  private float[] gradients(Graph graph, boolean checkpointing) {
    try (Gradients gradients = new Gradients(device, memory.parameters());
        Tape tape = new Tape(context, gradients, checkpointing)) {
      tape.seed(forward(graph), seed);
      tape.backward();
      return gradients.all().toFloatArray();
    }
  }

  @ParameterizedTest
  @EnumSource
  void agreesWithDifferences(Graph graph) {
    value(graph);
    float[] got = gradients(graph, false);
    int at = 0;
    float step = 1.0f / 128;
    for (Parameter parameter : memory.parameters()) {
      Tensor values = parameter.values();
      for (int i = 0; i < values.elementCount(); i++) {
        if (!isReal(parameter, i)) {
          continue;
        }
        float before = values.getFloat(i);
        values.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, before + step);
        double up = value(graph);
        values.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, before - step);
        double down = value(graph);
        values.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, before);
        double want = (up - down) / (2 * step);
        // The third derivative times step², and the noise of f32 sums of order 10 over the step.
        double tolerance = 2e-2 + 1e-2 * Math.abs(want);
        assertEquals(want, got[at + i], tolerance, parameter.name() + "[" + i + "]");
      }
      at += Math.toIntExact((values.elementCount() + 15) / 16 * 16);
    }
  }

  /** Panels have 16 rows; those that the matrix lacks are nobody's input. */
  private static boolean isReal(Parameter parameter, int index) {
    return parameter.matrix() == null || index % 16 < parameter.matrix().rows();
  }

  @ParameterizedTest
  @EnumSource
  void checkpointingChangesNoBit(Graph graph) {
    value(graph);
    assertArrayEquals(gradients(graph, false), gradients(graph, true));
  }

  @Test
  void gradientsAddUpUntilTheyAreZeroed() {
    value(Graph.SHARED);
    float[] once = gradients(Graph.SHARED, false);
    try (Gradients gradients = new Gradients(device, memory.parameters())) {
      for (int i = 0; i < 2; i++) {
        try (Tape tape = new Tape(context, gradients, false)) {
          tape.seed(forward(Graph.SHARED), seed);
          tape.backward();
        }
      }
      float[] twice = gradients.all().toFloatArray();
      for (int i = 0; i < once.length; i++) {
        assertEquals(2 * once[i], twice[i], 1e-5 + 1e-5 * Math.abs(twice[i]));
      }
      gradients.zero();
      assertEquals(0, gradients.norm(context));
    }
  }
}
