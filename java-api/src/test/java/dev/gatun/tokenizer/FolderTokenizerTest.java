// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.io.ModelNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Folders without a tokenizer.json, and the roles that the configuration files name. */
class FolderTokenizerTest {
  @TempDir Path folder;

  private Path copy(String fixture, String... files) throws IOException {
    Path from = Fixtures.root().resolve("tokenizers").resolve(fixture);
    for (String file : files) {
      Files.copy(from.resolve(file), folder.resolve(file));
    }
    return from;
  }

  private void assertFixture(Path from) {
    try (Tokenizer tokenizer = Tokenizers.fromFolder(folder)) {
      for (JsonNode item : Fixtures.cases(from).get("cases")) {
        String text = item.get("text").stringValue();
        Encoding encoding = tokenizer.encode(text);
        assertArrayEquals(Fixtures.ints(item.get("ids")), encoding.ids(), text);
        assertEquals(Fixtures.strings(item.get("tokens")), encoding.tokens(), text);
        assertEquals(
            item.get("decode_skip_special").stringValue(),
            tokenizer.decode(encoding.ids(), true),
            text);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"wordpiece-uncased", "wordpiece-cased"})
  void readsVocabTxt(String fixture) throws IOException {
    assertFixture(copy(fixture, "vocab.txt", "tokenizer_config.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-bpe-gpt2", "byte-bpe-roberta"})
  void readsVocabJsonAndMerges(String fixture) throws IOException {
    assertFixture(copy(fixture, "vocab.json", "merges.txt", "tokenizer_config.json"));
  }

  @Test
  void readsSentencePieceWithTheTokensOfItsClass() throws IOException {
    Path from = copy("sp-bpe-llama2", "tokenizer.model", "tokenizer_config.json");
    JsonNode item = Fixtures.cases(from).get("cases").get(10);
    int[] pieces = Fixtures.ints(item.get("sp_ids"));
    try (Tokenizer tokenizer = Tokenizers.fromFolder(folder)) {
      int[] ids = tokenizer.encodeIds(item.get("text").stringValue(), true);
      assertEquals(tokenizer.specialTokens().bos(), ids[0]);
      assertArrayEquals(pieces, java.util.Arrays.copyOfRange(ids, 1, ids.length));
      assertTrue(tokenizer.isSpecial(ids[0]));
    }
  }

  @Test
  void namesTheRoles() throws IOException {
    copy("wordpiece-uncased", "tokenizer.json", "tokenizer_config.json");
    try (Tokenizer tokenizer = Tokenizers.fromFolder(folder)) {
      SpecialTokens roles = tokenizer.specialTokens();
      assertEquals(
          List.of(0, 1, 2, 3, 4),
          List.of(roles.pad(), roles.unk(), roles.cls(), roles.sep(), roles.mask()));
      assertEquals("[CLS]", tokenizer.tokenOf(roles.cls()));
    }
  }

  @Test
  void saysWhichFilesItLooksFor() {
    String message =
        assertThrows(ModelNotFoundException.class, () -> Tokenizers.fromFolder(folder))
            .getMessage();
    assertTrue(message.contains("tokenizer.json") && message.contains(folder.toString()), message);
  }
}
