// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/**
 * The tokenizers of real models against stored ids. The models are not part of the project:
 * property gatun.models or GATUN_MODELS names the folder that holds them.
 */
class RealModelTokenizerTest {

  private static Path model(String file) {
    String folder = System.getProperty("gatun.models", System.getenv("GATUN_MODELS"));
    assumeTrue(folder != null, "no folder of models: set -Dgatun.models");
    Path path = Path.of(folder, file);
    assumeTrue(Files.exists(path), "model not present: " + path);
    return path;
  }

  @ParameterizedTest
  @CsvSource({
    "smollm2-135m-instruct-q4_1, smollm2.gguf",
    "qwen2.5-coder-0.5b-instruct-q4_k_m, qwen2.5-coder.gguf",
    "gemma-3-270m-q4_k_m, gemma3.gguf"
  })
  void encodesLikeTheReference(String fixture, String file) throws IOException {
    Path model = model(file);
    JsonNode items =
        Fixtures.json(Fixtures.root().resolve("real").resolve(fixture).resolve("expected.json"))
            .get("tokenizer");
    assertTrue(items.size() > 10);
    try (Tokenizer tokenizer = Tokenizers.fromGguf(new GgufFile(model))) {
      for (JsonNode item : items) {
        String text = item.get("text").stringValue();
        int[] ids = Fixtures.ints(item.get("ids"));
        assertArrayEquals(ids, tokenizer.encodeIds(text, true), text);
        assertEquals(item.get("decoded").stringValue(), tokenizer.decode(ids, false), text);
        StreamDecoder stream = tokenizer.streamDecoder(false);
        StringBuilder streamed = new StringBuilder();
        for (int id : ids) {
          streamed.append(stream.push(id));
        }
        assertEquals(item.get("decoded").stringValue(), streamed + stream.finish(), text);
      }
    }
  }
}
