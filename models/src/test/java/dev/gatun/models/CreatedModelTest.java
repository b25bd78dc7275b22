// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.Safetensors;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.Parameter;
import dev.gatun.tensor.Arithmetic;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models made from a configuration, and models written to files. */
class CreatedModelTest {
  private static final LoadOptions TRAINABLE =
      LoadOptions.defaults().withArithmetic(Arithmetic.F32).withTrainable(true);

  @TempDir private Path folder;

  private static Map<String, float[]> values(Model model) {
    Map<String, float[]> values = new TreeMap<>();
    for (Parameter parameter : model.parameters()) {
      values.put(
          parameter.name(),
          parameter.matrix() != null
              ? parameter.matrix().readRows(0, Math.toIntExact(parameter.shape()[0]))
              : parameter.vector().toFloatArray());
    }
    return values;
  }

  private static void assertSame(Model expected, Model got) {
    Map<String, float[]> want = values(expected);
    Map<String, float[]> have = values(got);
    assertEquals(want.keySet(), have.keySet());
    want.forEach((name, array) -> assertArrayEquals(array, have.get(name), name));
  }

  private static Map<String, float[]> tensors(Path file) {
    Map<String, float[]> tensors = new TreeMap<>();
    try (Safetensors stored = Safetensors.open(file);
        Arena arena = Arena.ofConfined()) {
      for (String name : new TreeSet<>(stored.names())) {
        var info = stored.info(name);
        MemorySegment bytes = arena.allocate(info.byteLength(), 64);
        stored.read(info, bytes);
        tensors.put(name + Arrays.toString(info.shape()), bytes.toArray(ValueLayout.JAVA_FLOAT));
      }
    }
    return tensors;
  }

  /** The written file has the tensors of the file that was read, bit for bit. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2",
        "llama2",
        "smollm2",
        "qwen2",
        "qwen3",
        "gemma3",
        "bert",
        "bert-question-answering",
        "bert-multiple-choice",
        "minilm-sentence"
      })
  void writesWhatItRead(String name) {
    Path source = Fixtures.golden(name);
    try (Model model = GatunModels.load(source, TRAINABLE)) {
      model.save(folder);
      Map<String, float[]> want = tensors(source.resolve("model.safetensors"));
      Map<String, float[]> got = tensors(folder.resolve("model.safetensors"));
      assertEquals(want.keySet(), got.keySet());
      want.forEach((tensor, array) -> assertArrayEquals(array, got.get(tensor), tensor));
      try (Model again = GatunModels.load(folder, TRAINABLE)) {
        assertSame(model, again);
      }
    }
  }

  /** A fresh model has the tensors of a trained one, and comes back from its file. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2",
        "llama2",
        "smollm2",
        "qwen3",
        "bert",
        "bert-sequence-classification",
        "bert-token-classification",
        "bert-question-answering"
      })
  void createsTheTensorsOfItsFamily(String name) {
    Path config = Fixtures.golden(name).resolve("config.json");
    try (Model model = GatunModels.create(config, TRAINABLE, 1)) {
      model.save(folder);
      assertEquals(
          tensors(Fixtures.golden(name).resolve("model.safetensors")).keySet(),
          tensors(folder.resolve("model.safetensors")).keySet());
      try (Model again = GatunModels.load(folder, TRAINABLE);
          Model same = GatunModels.create(config, TRAINABLE, 1);
          Model other = GatunModels.create(config, TRAINABLE, 2)) {
        assertSame(model, again);
        assertSame(model, same);
        String first = model.parameters().getFirst().name();
        assertFalse(Arrays.equals(values(model).get(first), values(other).get(first)));
      }
    }
  }

  /** Matrices that a configuration unties are parameters of their own, in files too. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, GPT2LMHeadModel, lm_head.weight",
    "bart, BartForConditionalGeneration, lm_head.weight",
    "bart, BartForConditionalGeneration, model.decoder.embed_tokens.weight",
    "t5, T5ForConditionalGeneration, lm_head.weight",
    "bert, BertForMaskedLM, cls.predictions.decoder.weight",
    "bert, BertForMaskedLM, cls.predictions.decoder.bias"
  })
  void untiesWhatTheConfigurationUnties(String name, String architecture, String own) {
    JsonConfig tied =
        JsonConfig.read(Fixtures.golden(name).resolve("config.json"))
            .with("architectures", List.of(architecture))
            .with("tie_word_embeddings", true);
    assertEquals(0, count(tied, own));
    assertEquals(1, count(tied.with("tie_word_embeddings", false), own));
  }

  private long count(JsonConfig config, String tensor) {
    try (Model model = GatunModels.create(config, TRAINABLE, 1)) {
      model.save(folder);
      try (Model again = GatunModels.load(folder, TRAINABLE)) {
        assertSame(model, again);
      }
    }
    return tensors(folder.resolve("model.safetensors")).keySet().stream()
        .filter(key -> key.startsWith(tensor + "["))
        .count();
  }

  /** N(0, 0.02), and 0.02 / sqrt(2 L) where a layer adds to the residual. */
  @ParameterizedTest
  @ValueSource(strings = {"gpt2"})
  void drawsFromTheRightDistribution(String name) {
    try (Model model =
        GatunModels.create(Fixtures.golden(name).resolve("config.json"), TRAINABLE, 5)) {
      Map<String, float[]> values = values(model);
      assertDeviation(0.02, values.get("wte.weight"));
      assertDeviation(0.02 / Math.sqrt(2 * 2), values.get("h.0.mlp.c_proj.weight"));
      for (float one : values.get("ln_f.weight")) {
        assertEquals(1, one);
      }
      for (float zero : values.get("h.1.mlp.c_fc.bias")) {
        assertEquals(0, zero);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"bert, embeddings.word_embeddings.weight", "bart, shared.weight"})
  void aWordForPaddingBeginsAtZero(String name, String words) {
    Path file = Fixtures.golden(name).resolve("config.json");
    try (Model model = GatunModels.create(file, TRAINABLE, 5)) {
      int padding = JsonConfig.read(file).requireInt("pad_token_id");
      Parameter table =
          model.parameters().stream().filter(p -> p.name().equals(words)).findFirst().get();
      for (float value : table.matrix().readRows(padding, 1)) {
        assertEquals(0, value);
      }
      assertTrue(table.matrix().readRows(padding + 1, 1)[0] != 0);
    }
  }

  private static void assertDeviation(double expected, float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    double deviation = Math.sqrt(squares / values.length);
    // Five standard errors of the deviation and of the mean.
    double error = 5 * expected / Math.sqrt(2.0 * values.length);
    assertEquals(expected, deviation, error);
    assertTrue(Math.abs(sum / values.length) < 5 * expected / Math.sqrt(values.length));
  }
}
