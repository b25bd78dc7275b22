// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertSame;

import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever the format, an architecture is loaded into the same object. */
class SameClassTest {
  @ParameterizedTest
  @CsvSource({
    "llama2, gguf/llama-f32",
    "qwen3, gguf/qwen3-f32",
    "gemma3, gguf/gemma3-f32",
    "gpt2, gguf/gpt2-f32",
    "minilm-sentence, gguf/bert-f32"
  })
  void safetensorsAndGguf(String safetensors, String gguf) {
    LoadOptions options = LoadOptions.defaults();
    try (Model folder = GatunModels.load(Fixtures.golden(safetensors), options);
        Model file = GatunModels.load(Fixtures.golden(gguf).resolve("model.gguf"), options)) {
      assertSame(folder.getClass(), file.getClass());
    }
  }
}
