// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.nn.LoadOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model that is wrong is refused with the right exception, which names the file and the field.
 */
class BadFilesTest {
  @TempDir Path folder;

  private <T extends RuntimeException> void refuses(Class<T> type, Path path, String... words) {
    T refusal = assertThrows(type, () -> GatunModels.load(path, LoadOptions.defaults()).close());
    for (String word : words) {
      assertTrue(refusal.getMessage().contains(word), refusal.getMessage());
    }
  }

  /**
   * A copy of a tiny checkpoint with texts replaced; those of the weights' header keep its size.
   */
  private Path copy(String from, String to, String inConfig, String byConfig) throws IOException {
    Path source = Fixtures.golden("llama2");
    String weights =
        new String(
            Files.readAllBytes(source.resolve("model.safetensors")), StandardCharsets.ISO_8859_1);
    assertTrue(weights.contains(from) && from.length() == to.length(), from);
    Files.write(
        folder.resolve("model.safetensors"),
        weights.replace(from, to).getBytes(StandardCharsets.ISO_8859_1));
    String config = Files.readString(source.resolve("config.json"));
    assertTrue(config.contains(inConfig), inConfig);
    Files.writeString(folder.resolve("config.json"), config.replace(inConfig, byConfig));
    return folder;
  }

  @Test
  void missingTensor() throws IOException {
    Path path = copy("layers.1.mlp.up_proj", "layers.1.mlp.up_porj", "llama", "llama");
    refuses(
        ModelFormatException.class, path, "model.safetensors", "model.layers.1.mlp.up_proj.weight");
  }

  @Test
  void misshapenTensor() throws IOException {
    String embedding = "\"model.embed_tokens.weight\":{\"dtype\":\"F32\",\"shape\":";
    Path path = copy(embedding + "[101,32]", embedding + "[32,101]", "llama", "llama");
    refuses(
        ModelFormatException.class,
        path,
        "model.safetensors",
        "model.embed_tokens.weight",
        "[32, 101]",
        "[101, 32]");
  }

  @Test
  void configThatContradictsTheWeights() throws IOException {
    Path path =
        copy("model.norm", "model.norm", "\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3");
    refuses(ModelFormatException.class, path, "model.safetensors", "model.layers.2.");
  }

  @Test
  void unknownArchitecture() throws IOException {
    Path path =
        copy("model.norm", "model.norm", "\"model_type\": \"llama\"", "\"model_type\": \"lama\"");
    refuses(UnsupportedModelException.class, path, folder.toString(), "lama", "supported are");
  }

  @Test
  void absurdSize() throws IOException {
    Path path =
        copy(
            "model.norm",
            "model.norm",
            "\"num_attention_heads\": ",
            "\"num_attention_heads\": 99999999");
    refuses(ModelFormatException.class, path, folder.toString(), "num_attention_heads");
  }

  @Test
  void truncatedGguf() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.golden("gguf/llama-q8_0/model.gguf"));
    for (int length : new int[] {10, 300, whole.length / 2, whole.length * 9 / 10}) {
      Path path = folder.resolve("cut.gguf");
      Files.write(path, Arrays.copyOf(whole, length));
      refuses(ModelFormatException.class, path, "cut.gguf");
    }
  }

  @Test
  void nothingThere() {
    refuses(ModelNotFoundException.class, folder.resolve("nothing"), "nothing");
    refuses(ModelNotFoundException.class, folder, folder.toString());
  }
}
