// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.Generator;
import dev.gatun.generate.TokenStream;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraConfig;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters: chosen per request, merged, over frozen bases of any format, and what is refused. */
class LoraTest {
  private static final GenerationConfig GREEDY = GenerationConfig.greedy().maxNewTokens(12);

  @TempDir private Path folder;

  private static Path lora(String name) {
    return Fixtures.golden("training/" + name);
  }

  private static Path adapter(String name) {
    return lora(name).resolve("adapter");
  }

  private static CausalModel load(Path path, boolean trainable) {
    return GatunModels.loadCausal(
        path, LoadOptions.defaults().withArithmetic(Arithmetic.F32).withTrainable(trainable));
  }

  private static float[] logits(CausalModel model) {
    int[] tokens = Fixtures.tokens(9, model.vocabularySize(), 3);
    try (Context context = model.newContext()) {
      Tensor hidden = model.hidden(context, SequenceBatch.of(context, tokens));
      return model.logits(context, hidden, null).toFloatArray();
    }
  }

  private static void makeItMatter(LoraAdapter adapter) {
    try (Context context = adapter.model().newContext()) {
      for (Parameter parameter : adapter.parameters()) {
        float[] values = parameter.values().toFloatArray();
        for (int i = 0; i < values.length; i++) {
          values[i] += (i % 7 - 3) * 0.05f;
        }
        // Rows that are only padding have to stay zero.
        parameter.values().copyFrom(masked(parameter, values));
        parameter.changed(context);
      }
    }
  }

  private static float[] masked(Parameter parameter, float[] panels) {
    long rows = parameter.matrix().rows();
    long columns = parameter.matrix().columns();
    float[] kept = panels.clone();
    for (int i = 0; i < kept.length; i++) {
      if (i / (16 * columns) * 16 + i % 16 >= rows) {
        kept[i] = 0;
      }
    }
    return kept;
  }

  @ParameterizedTest
  @ValueSource(strings = {"lora", "lora-gpt2"})
  void everySequenceOfABatchHasItsOwnAdapterOrNone(String name) {
    try (CausalModel model = load(lora(name), true);
        LoraAdapter first = LoraAdapter.load(model, adapter(name));
        LoraAdapter second = LoraAdapter.create(model, LoraConfig.defaults().withRank(3, 9), 5)) {
      makeItMatter(second);
      int[] prompt = Fixtures.tokens(7, model.vocabularySize(), 1);
      int[] plain = alone(model, prompt);
      int[] withFirst = merged(model, first, prompt);
      int[] withSecond = merged(model, second, prompt);
      assertFalse(Arrays.equals(plain, withFirst), "the adapter changes nothing");
      assertFalse(Arrays.equals(withSecond, withFirst), "the adapters are alike");
      try (Generator generator = new Generator(model)) {
        generator.addAdapter("first", first);
        assertArrayEquals(withFirst, generator.generate(prompt, GREEDY.adapter("first")));
        generator.addAdapter("second", second);
        // Twice: the second time, prefixes of all three are remembered.
        for (int round = 0; round < 2; round++) {
          List<TokenStream> streams = new ArrayList<>();
          for (String choice : new String[] {"second", null, "first"}) {
            streams.add(generator.stream(prompt, GREEDY.adapter(choice)));
          }
          assertArrayEquals(withSecond, drain(streams.get(0)));
          assertArrayEquals(plain, drain(streams.get(1)));
          assertArrayEquals(withFirst, drain(streams.get(2)));
          streams.forEach(TokenStream::close);
        }
        int[] beams =
            generator
                .beams(prompt, GenerationConfig.beams(3).maxNewTokens(5).adapter("first"))
                .getFirst()
                .tokens();
        first.merge();
        try (Generator other = new Generator(model)) {
          assertArrayEquals(
              other.beams(prompt, GenerationConfig.beams(3).maxNewTokens(5)).getFirst().tokens(),
              beams);
        }
        first.unmerge();
        IllegalArgumentException e =
            assertThrows(
                IllegalArgumentException.class,
                () -> generator.generate(prompt, GREEDY.adapter("third")));
        assertTrue(e.getMessage().contains("no adapter \"third\"; there are [first, second]"));
        assertThrows(IllegalArgumentException.class, () -> generator.addAdapter("first", second));
      }
    }
  }

  private static int[] drain(TokenStream stream) {
    List<Integer> tokens = new ArrayList<>();
    while (stream.next()) {
      tokens.add(stream.token());
    }
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] alone(CausalModel model, int[] prompt) {
    try (Generator generator = new Generator(model)) {
      return generator.generate(prompt, GREEDY);
    }
  }

  private static int[] merged(CausalModel model, LoraAdapter adapter, int[] prompt) {
    adapter.merge();
    int[] tokens = alone(model, prompt);
    adapter.unmerge();
    return tokens;
  }

  @Test
  void aFreshAdapterChangesNothingAndIsReproducible() {
    try (CausalModel model = load(lora("lora"), false)) {
      float[] before = logits(model);
      LoraConfig config = LoraConfig.defaults().withTargets(LoraConfig.ALL_LINEAR);
      try (LoraAdapter one = LoraAdapter.create(model, config, 7);
          LoraAdapter same = LoraAdapter.create(model, config, 7);
          LoraAdapter other = LoraAdapter.create(model, config, 8)) {
        assertEquals(2 * 2 * 7, one.parameters().size());
        one.attach();
        // Gate and activation are not fused where the gate is adapted.
        assertArrayEquals(before, logits(model), 1e-5f);
        float[] values = one.parameters().getFirst().values().toFloatArray();
        assertArrayEquals(values, same.parameters().getFirst().values().toFloatArray());
        assertFalse(Arrays.equals(values, other.parameters().getFirst().values().toFloatArray()));
        double bound = 1 / Math.sqrt(32);
        double most = 0;
        for (float value : values) {
          most = Math.max(most, Math.abs(value));
        }
        assertTrue(most <= bound && most > 0.8 * bound, "largest of A is " + most);
      }
      assertArrayEquals(before, logits(model), "a closed adapter still acts");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gguf/llama-q4_0", "gguf/llama-q8_0", "gguf/gpt2-f32", "gguf/llama-f16"})
  void aFrozenBaseOfAnyFormat(String name) throws IOException {
    Path path = Fixtures.golden(name).resolve("model.gguf");
    try (CausalModel model = load(path, false)) {
      float[] before = logits(model);
      try (LoraAdapter adapter = LoraAdapter.create(model, LoraConfig.defaults(), 1)) {
        makeItMatter(adapter);
        adapter.attach();
        float[] changed = logits(model);
        assertFalse(Arrays.equals(before, changed));
        UnsupportedOperationException e =
            assertThrows(UnsupportedOperationException.class, adapter::merge);
        boolean quantised = name.contains("llama-q");
        assertTrue(
            e.getMessage().contains(quantised ? "quantised" : "withTrainable"), e.getMessage());
        adapter.save(folder);
        adapter.detach();
        assertArrayEquals(before, logits(model));
        try (LoraAdapter again = LoraAdapter.load(model, folder)) {
          again.attach();
          assertArrayEquals(changed, logits(model));
        }
      }
    }
  }

  private String refused(CausalModel model, String name, UnaryOperator<String> edit)
      throws IOException {
    for (String file : new String[] {"adapter_config.json", "adapter_model.safetensors"}) {
      Files.write(folder.resolve(file), Files.readAllBytes(adapter(name).resolve(file)));
    }
    Path config = folder.resolve("adapter_config.json");
    Files.writeString(config, edit.apply(Files.readString(config)));
    RuntimeException e =
        assertThrows(RuntimeException.class, () -> LoraAdapter.load(model, folder).close());
    assertTrue(
        e instanceof ModelFormatException || e instanceof UnsupportedModelException, e.toString());
    return e.getMessage();
  }

  @Test
  void anAdapterOfAnotherBaseIsRefusedWithTheDifference() throws IOException {
    try (CausalModel model = load(lora("lora"), false);
        CausalModel gpt2 = load(lora("lora-gpt2"), false);
        CausalModel larger = load(Fixtures.golden("llama3"), false)) {
      String gpt = refused(gpt2, "lora", text -> text);
      assertTrue(gpt.contains("no module of the gpt2 model matches [q_proj, v_proj]"), gpt);
      String other = refused(larger, "lora", text -> text);
      assertTrue(other.contains("another base model"), other);
      String rank = refused(model, "lora", text -> text.replace("\"r\": 4", "\"r\": 5"));
      assertTrue(rank.contains("has shape [4, 32], expected [5, 32]"), rank);
      String fewer = refused(model, "lora", text -> text.replace("\"v_proj\"", "\"k_proj\""));
      assertTrue(fewer.contains("the file has no ") && fewer.contains("k_proj"), fewer);
      String dora =
          refused(model, "lora", text -> text.replace("\"use_dora\": false", "\"use_dora\": true"));
      assertTrue(dora.contains("use_dora is not supported"), dora);
      String kind = refused(model, "lora", text -> text.replace("LORA", "IA3"));
      assertTrue(kind.contains("peft_type \"IA3\" is not supported"), kind);
      String ranks = refused(model, "lora", text -> text.replace("\"r\": 4", "\"r\": 0"));
      assertTrue(ranks.contains("r is 0, expected 1 to"), ranks);
    }
  }
}
