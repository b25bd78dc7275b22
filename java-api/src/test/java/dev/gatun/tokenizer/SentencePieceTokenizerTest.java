// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** SentencePiece models give the ids, pieces and texts of the SentencePiece library. */
class SentencePieceTokenizerTest {

  @ParameterizedTest
  @CsvSource({
    "sp-bpe-llama2, tokenizer.model",
    "sp-bpe-llama2-metaspace, tokenizer.model",
    "sp-bpe-gemma, tokenizer.model",
    "unigram-t5, spiece.model",
    "unigram-albert, spiece.model",
    "unigram-camembert, sentencepiece.bpe.model"
  })
  void encodesLikeTheLibrary(String folder, String file) throws IOException {
    Path path = Fixtures.root().resolve("tokenizers").resolve(folder);
    byte[] model = Files.readAllBytes(path.resolve(file));
    JsonNode cases = Fixtures.cases(path).get("cases");
    assertTrue(cases.size() > 100);
    try (Tokenizer tokenizer = Tokenizers.fromSentencePiece(model, file, false, false)) {
      for (JsonNode item : cases) {
        String text = item.path("sp_text").asString(item.get("text").stringValue());
        int[] ids = Fixtures.ints(item.get("sp_ids"));
        assertArrayEquals(ids, tokenizer.encodeIds(text, true), text);
        assertArrayEquals(ids, tokenizer.encode(text).ids(), text);
        String expected = item.get("sp_decode").stringValue();
        assertEquals(expected, tokenizer.decode(ids, true), text);
        StreamDecoder stream = tokenizer.streamDecoder(true);
        StringBuilder streamed = new StringBuilder();
        for (int id : ids) {
          streamed.append(stream.push(id));
        }
        assertEquals(expected, streamed.append(stream.finish()).toString(), text);
      }
    }
  }
}
