// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.autograd.Gradients;
import dev.gatun.autograd.Tape;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.TokenStream;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.Safetensors;
import dev.gatun.io.SafetensorsWriter;
import dev.gatun.io.TensorInfo;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraConfig;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Losses;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters of output heads, alone and beside others, on heads of their own and on word tables. */
class LoraHeadTest {
  private static final float STEP = 1e-3f;

  @TempDir private Path folder;

  private static <M> M load(String name, boolean trainable, Class<M> kind) {
    return kind.cast(
        GatunModels.load(
            Fixtures.golden(name),
            LoadOptions.defaults().withArithmetic(Arithmetic.F32).withTrainable(trainable)));
  }

  private static LoraConfig targets(String... names) {
    return LoraConfig.defaults().withRank(4, 6).withTargets(names);
  }

  /** Gives A and B values that matter. */
  private static void fill(LoraAdapter adapter, long seed) {
    Random random = new Random(seed);
    try (Context context = adapter.model().newContext()) {
      for (Parameter parameter : adapter.parameters()) {
        add(context, parameter, random, 0.1f);
      }
    }
  }

  /** Adds a random direction to a matrix in panel order, whose padding stays zero. */
  private static void add(Context context, Parameter parameter, Random random, float factor) {
    float[] values = parameter.values().toFloatArray();
    float[] direction = direction(parameter, random);
    for (int i = 0; i < values.length; i++) {
      values[i] += factor * direction[i];
    }
    parameter.values().copyFrom(values);
    parameter.changed(context);
  }

  private static float[] direction(Parameter parameter, Random random) {
    long rows = parameter.matrix().rows();
    long columns = parameter.matrix().columns();
    float[] direction = new float[Math.toIntExact(parameter.values().elementCount())];
    for (int i = 0; i < direction.length; i++) {
      boolean padding = i / (16 * columns) * 16 + i % 16 >= rows;
      direction[i] = padding ? 0 : (float) random.nextGaussian();
    }
    return direction;
  }

  private static float[] logits(CausalModel model) {
    int[] tokens = Fixtures.tokens(9, model.vocabularySize(), 3);
    try (Context context = model.newContext()) {
      Tensor hidden = model.hidden(context, SequenceBatch.of(context, tokens));
      return model.logits(context, hidden, null).toFloatArray();
    }
  }

  private static double loss(TrainableModel model, Context context, boolean some) {
    int[] tokens = Fixtures.tokens(11, 60, 4);
    int[] labels = Fixtures.tokens(11, 60, 5);
    if (some) {
      Arrays.fill(labels, 3, 6, Losses.IGNORED);
    }
    Targets targets =
        switch (model.architecture()) {
          case "bert" -> new Targets.MaskedAndNext(labels, new int[] {1});
          case "t5", "bart" -> new Targets.Sequences(new int[][] {labels});
          default -> new Targets.Tokens(labels);
        };
    LossOptions options = LossOptions.of(model.labelCounts(new int[] {tokens.length}, targets));
    return model.loss(context, SequenceBatch.of(context, tokens), targets, options).value();
  }

  @ParameterizedTest
  @CsvSource({
    "llama3, q_proj, lm_head",
    "gpt2, c_attn, lm_head",
    "gemma2, q_proj, lm_head",
    "t5, q, lm_head",
    "t5-v1.1, q, lm_head",
    "bart, q_proj, lm_head",
    "bert, query, decoder"
  })
  void gradientsAgreeWithFiniteDifferences(String name, String inside, String head) {
    for (String[] targets : new String[][] {{inside, head}, {head}}) {
      try (TrainableModel model = load(name, false, TrainableModel.class);
          LoraAdapter adapter = LoraAdapter.create(model, targets(targets), 1)) {
        fill(adapter, 2);
        adapter.attach();
        gradients(model, adapter, targets.length == 2);
      }
    }
  }

  /** Along a random direction of each matrix: the slope of the loss and what the gradient says. */
  private static void gradients(TrainableModel model, LoraAdapter adapter, boolean some) {
    try (Context context = model.newContext();
        Gradients gradients = new Gradients(model.device(), adapter.parameters())) {
      double recorded;
      try (Tape tape = new Tape(context, gradients, false)) {
        recorded = loss(model, context, some);
        tape.backward();
      }
      assertEquals(loss(model, context, some), recorded, 1e-6 * recorded);
      for (Parameter parameter : adapter.parameters()) {
        float[] direction = direction(parameter, new Random(7));
        float[] gradient = gradients.of(parameter).toFloatArray();
        double expected = 0;
        double scale = 0;
        for (int i = 0; i < gradient.length; i++) {
          expected += (double) gradient[i] * direction[i];
          scale += (double) gradient[i] * gradient[i];
        }
        assertTrue(scale > 0, parameter.name() + " has no gradient");
        add(context, parameter, new Random(7), STEP);
        double up = loss(model, context, some);
        add(context, parameter, new Random(7), -2 * STEP);
        double down = loss(model, context, some);
        add(context, parameter, new Random(7), STEP);
        // The loss is known to about 1e-6, and the difference to the third order of the step.
        assertEquals(
            (up - down) / (2 * STEP),
            expected,
            3e-3 + 0.02 * Math.sqrt(scale),
            model.architecture() + " " + parameter.name());
      }
    }
  }

  /** The scores of chosen rows as operations of their own, soft-cap included, and in one. */
  @ParameterizedTest
  @ValueSource(strings = {"llama3", "gemma2"})
  void scoresOnATapeGiveTheGradientsOfTheFusedLoss(String name) {
    try (CausalModel model = load(name, false, CausalModel.class);
        LoraAdapter adapter = LoraAdapter.create(model, targets("q_proj", "lm_head"), 1)) {
      fill(adapter, 2);
      adapter.attach();
      int[] tokens = Fixtures.tokens(8, model.vocabularySize(), 4);
      int[] rows = {5, 0, 6};
      int[] labels = new int[tokens.length];
      Arrays.fill(labels, Losses.IGNORED);
      for (int row : rows) {
        labels[row] = tokens[row + 1];
      }
      int[] wanted = Arrays.stream(rows).map(row -> labels[row]).toArray();
      try (Context context = model.newContext();
          Gradients fused = new Gradients(model.device(), adapter.parameters());
          Gradients apart = new Gradients(model.device(), adapter.parameters())) {
        try (Tape tape = new Tape(context, fused, false)) {
          LossOptions options = LossOptions.of(new long[] {1});
          SequenceBatch batch = SequenceBatch.of(context, tokens);
          model.loss(context, batch, new Targets.Tokens(labels), options);
          tape.backward();
        }
        try (Tape tape = new Tape(context, apart, false)) {
          Tensor hidden = model.hidden(context, SequenceBatch.of(context, tokens));
          Tensor scores = model.logits(context, hidden, context.indices(rows));
          Losses.crossEntropy(context, scores, wanted, 1, Losses.Smoothing.NONE);
          tape.backward();
        }
        for (Parameter parameter : adapter.parameters()) {
          float[] expected = fused.of(parameter).toFloatArray();
          float most = 0;
          for (float one : expected) {
            most = Math.max(most, Math.abs(one));
          }
          assertArrayEquals(
              expected, apart.of(parameter).toFloatArray(), 1e-5f * most, parameter.name());
        }
      }
    }
  }

  @Test
  void aHeadOfItsOwnIsMergedAndPutBack() {
    try (CausalModel model = load("llama3", true, CausalModel.class);
        LoraAdapter adapter = LoraAdapter.create(model, targets("lm_head", "v_proj"), 1)) {
      float[] before = logits(model);
      fill(adapter, 2);
      adapter.attach();
      float[] attached = logits(model);
      assertFalse(Arrays.equals(before, attached), "the adapter changes nothing");
      adapter.merge();
      assertArrayEquals(attached, logits(model), 2e-5f);
      adapter.unmerge();
      assertArrayEquals(before, logits(model));
    }
  }

  @Test
  void aWordTableIsNotChangedByMerging() {
    try (CausalModel model = load("gpt2", true, CausalModel.class);
        LoraAdapter adapter = LoraAdapter.create(model, targets("lm_head"), 1)) {
      fill(adapter, 2);
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, adapter::merge);
      assertTrue(e.getMessage().contains("shares its matrix with wte.weight"), e.getMessage());
      assertFalse(adapter.isMerged());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama3", "gpt2", "gemma2"})
  void everySequenceOfABatchHasItsOwnHeadOrNone(String name) {
    GenerationConfig greedy = GenerationConfig.greedy().maxNewTokens(9);
    try (CausalModel model = load(name, false, CausalModel.class);
        LoraAdapter first = LoraAdapter.create(model, targets("lm_head"), 1);
        LoraAdapter second = LoraAdapter.create(model, targets("lm_head", "q_proj", "c_attn"), 2)) {
      fill(first, 3);
      fill(second, 4);
      int[] prompt = Fixtures.tokens(7, model.vocabularySize(), 1);
      List<int[]> alone = new ArrayList<>();
      for (LoraAdapter adapter : Arrays.asList(null, first, second)) {
        if (adapter != null) {
          adapter.attach();
        }
        try (Generator generator = new Generator(model)) {
          alone.add(generator.generate(prompt, greedy));
        }
        if (adapter != null) {
          adapter.detach();
        }
      }
      assertFalse(Arrays.equals(alone.get(0), alone.get(1)), "the first changes nothing");
      assertFalse(Arrays.equals(alone.get(1), alone.get(2)), "the adapters are alike");
      try (Generator generator = new Generator(model)) {
        generator.addAdapter("first", first);
        generator.addAdapter("second", second);
        List<TokenStream> streams = new ArrayList<>();
        for (String choice : new String[] {null, "first", "second"}) {
          streams.add(generator.stream(prompt, greedy.adapter(choice)));
        }
        for (int i = 0; i < 3; i++) {
          List<Integer> tokens = new ArrayList<>();
          while (streams.get(i).next()) {
            tokens.add(streams.get(i).token());
          }
          assertArrayEquals(
              alone.get(i), tokens.stream().mapToInt(Integer::intValue).toArray(), "stream " + i);
        }
        streams.forEach(TokenStream::close);
      }
    }
  }

  @Test
  void filesWithPeftsCopyOfTheHead() throws IOException {
    try (CausalModel model = load("gpt2", false, CausalModel.class);
        LoraAdapter adapter = LoraAdapter.create(model, targets("lm_head", "c_attn"), 1)) {
      fill(adapter, 2);
      adapter.attach();
      float[] expected = logits(model);
      adapter.save(folder);
      adapter.detach();
      float[] table = model.head().weight().readRows(0, model.vocabularySize());
      addCopy(table, model.vocabularySize());
      try (LoraAdapter again = LoraAdapter.load(model, folder)) {
        again.attach();
        assertArrayEquals(expected, logits(model));
      }
      float[] other = new float[table.length];
      Random random = new Random(1);
      for (int i = 0; i < other.length; i++) {
        other[i] = (float) random.nextGaussian();
      }
      addCopy(other, model.vocabularySize());
      ModelFormatException e =
          assertThrows(ModelFormatException.class, () -> LoraAdapter.load(model, folder).close());
      assertTrue(e.getMessage().contains("differs from the model's output head"), e.getMessage());
      int fewer = model.vocabularySize() - 1;
      addCopy(Arrays.copyOf(table, table.length / model.vocabularySize() * fewer), fewer);
      e = assertThrows(ModelFormatException.class, () -> LoraAdapter.load(model, folder).close());
      assertTrue(e.getMessage().contains("lm_head.base_layer.weight"), e.getMessage());
    }
  }

  /** Puts a matrix of V rows into the adapter's file, as PEFT does with the head's own. */
  private void addCopy(float[] values, int rows) throws IOException {
    Path file = folder.resolve("adapter_model.safetensors");
    String copy = "base_model.model.lm_head.base_layer.weight";
    try (Arena arena = Arena.ofConfined();
        Safetensors tensors = Safetensors.open(file)) {
      SafetensorsWriter writer = new SafetensorsWriter();
      for (String name : tensors.names()) {
        TensorInfo info = tensors.info(name);
        MemorySegment data = arena.allocate(info.byteLength(), 64);
        tensors.read(info, 0, info.byteLength(), data);
        if (!name.equals(copy)) {
          writer.put(name, DType.F32, info.shape(), data);
        }
      }
      long[] shape = {rows, values.length / rows};
      writer.put(copy, DType.F32, shape, MemorySegment.ofArray(values));
      writer.write(file);
    }
  }

  @Test
  void allLinearLeavesTheHeadAlone() {
    try (CausalModel model = load("llama3", false, CausalModel.class);
        LoraAdapter adapter = LoraAdapter.create(model, targets(LoraConfig.ALL_LINEAR), 1)) {
      assertTrue(
          adapter.parameters().stream().noneMatch(one -> one.name().contains("lm_head")),
          adapter.parameters().toString());
    }
  }
}
