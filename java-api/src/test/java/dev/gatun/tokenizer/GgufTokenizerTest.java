// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Tokenizers from GGUF metadata: the stored results of the same vocabularies, and wrong metadata.
 */
class GgufTokenizerTest {

  /** Metadata from a map. */
  private record Metadata(Map<String, Object> values) implements GgufTokenizerMetadata {
    @Override
    public String source() {
      return "test.gguf";
    }

    private Object get(String key) {
      return values.get(key.substring("tokenizer.ggml.".length()));
    }

    @Override
    public String string(String key) {
      return (String) get(key);
    }

    @Override
    public Long integer(String key) {
      Object value = get(key);
      return value == null ? null : Long.valueOf(((Integer) value).longValue());
    }

    @Override
    public Boolean bool(String key) {
      return (Boolean) get(key);
    }

    @Override
    public List<String> strings(String key) {
      List<?> list = (List<?>) get(key);
      return list == null ? null : list.stream().map(String.class::cast).toList();
    }

    @Override
    public int[] integers(String key) {
      return (int[]) get(key);
    }

    @Override
    public float[] floats(String key) {
      return (float[]) get(key);
    }

    @Override
    public byte[] bytes(String key) {
      return (byte[]) get(key);
    }
  }

  private static TokenizerDocument document(String folder) throws IOException {
    Path file = Fixtures.root().resolve("tokenizers").resolve(folder).resolve("tokenizer.json");
    return TokenizerJsonReader.read(Files.readAllBytes(file), file.toString());
  }

  /** What a converter writes for a document, without merges and scores. */
  private static Map<String, Object> metadata(TokenizerDocument document, String model) {
    int size = document.vocabulary().size();
    for (AddedToken token : document.addedTokens()) {
      size = Math.max(size, token.id() + 1);
    }
    List<String> tokens = new ArrayList<>();
    int[] types = new int[size];
    for (int id = 0; id < size; id++) {
      tokens.add(document.tokenOf(id));
      types[id] = TokenBytes.byteValue(document.tokenOf(id)) >= 0 ? 6 : 1;
    }
    document.addedTokens().forEach(token -> types[token.id()] = 3);
    Map<String, Object> values = new HashMap<>();
    values.put("model", model);
    values.put("tokens", tokens);
    values.put("token_type", types);
    return values;
  }

  private static void assertFixture(String folder, Map<String, Object> values) {
    try (Tokenizer tokenizer = Tokenizers.fromGguf(new Metadata(values))) {
      JsonNode fixture = Fixtures.cases(Fixtures.root().resolve("tokenizers").resolve(folder));
      for (JsonNode item : fixture.get("cases")) {
        String text = item.get("text").stringValue();
        Encoding encoding = tokenizer.encode(text);
        assertArrayEquals(Fixtures.ints(item.get("ids")), encoding.ids(), text);
        assertEquals(
            item.get("decode_skip_special").stringValue(),
            tokenizer.decode(encoding.ids(), true),
            text);
      }
    }
  }

  private static Map<String, Object> byteLevel(String folder, String pre) throws IOException {
    TokenizerDocument document = document(folder);
    Map<String, Object> values = metadata(document, "gpt2");
    List<String> merges = new ArrayList<>();
    for (int rank = 0; rank < document.merges().size(); rank++) {
      merges.add(
          document.tokenOf(document.merges().left(rank))
              + " "
              + document.tokenOf(document.merges().right(rank)));
    }
    values.put("merges", merges);
    values.put("pre", pre);
    return values;
  }

  @Test
  void byteLevelVocabularies() throws IOException {
    assertFixture("byte-bpe-gpt2", byteLevel("byte-bpe-gpt2", "gpt-2"));
    Map<String, Object> llama3 = byteLevel("byte-bpe-llama3", "llama-bpe");
    llama3.put("bos_token_id", 519);
    assertFixture("byte-bpe-llama3", llama3);
  }

  @Test
  void digitsAreSplitAsTheRuleSays() throws IOException {
    try (Tokenizer tokenizer =
        Tokenizers.fromGguf(new Metadata(byteLevel("byte-bpe-gpt2", "smollm")))) {
      Encoding encoding = tokenizer.encode("a12\u00bd3");
      assertEquals(List.of("a", "1", "2"), encoding.tokens().subList(0, 3));
      assertEquals("3", encoding.tokens().getLast());
    }
  }

  @Test
  void sentencePieceVocabularies() throws IOException {
    for (String folder : List.of("sp-bpe-llama2", "sp-bpe-gemma")) {
      boolean gemma = folder.endsWith("gemma");
      Path file = Fixtures.root().resolve("tokenizers").resolve(folder).resolve("tokenizer.model");
      SentencePieceModel model =
          SentencePieceModel.parse(Files.readAllBytes(file), file.toString());
      Map<String, Object> values = metadata(document(folder), "llama");
      values.put("scores", model.scores());
      values.put("bos_token_id", gemma ? 2 : 1);
      values.put("eos_token_id", gemma ? 1 : 2);
      values.put("unknown_token_id", gemma ? 3 : 0);
      values.put("add_space_prefix", !gemma);
      assertFixture(folder, values);
    }
  }

  @Test
  void wordPieceVocabularies() throws IOException {
    Map<String, Object> values = metadata(document("wordpiece-uncased"), "bert");
    List<String> tokens = new ArrayList<>();
    for (Object token : (List<?>) values.get("tokens")) {
      String text = (String) token;
      boolean whole = text.startsWith("[") && text.endsWith("]") && text.length() > 2;
      tokens.add(whole ? text : text.startsWith("##") ? text.substring(2) : "\u2581" + text);
    }
    values.put("tokens", tokens);
    values.put("unknown_token_id", 1);
    values.put("cls_token_id", 2);
    values.put("seperator_token_id", 3);
    assertFixture("wordpiece-uncased", values);
  }

  @Test
  void unigramVocabularies() throws IOException {
    Path file = Fixtures.root().resolve("tokenizers").resolve("unigram-t5").resolve("spiece.model");
    SentencePieceModel model = SentencePieceModel.parse(Files.readAllBytes(file), file.toString());
    Map<String, Object> values = metadata(document("unigram-t5"), "t5");
    int size = ((int[]) values.get("token_type")).length;
    values.put("scores", Arrays.copyOf(model.scores(), size));
    values.put("precompiled_charsmap", model.charsmap());
    values.put("eos_token_id", 1);
    values.put("unknown_token_id", 2);
    assertFixture("unigram-t5", values);
  }

  @Test
  void loadsTheTokenizersOfTheStoredModels() throws IOException {
    int loaded = 0;
    try (Stream<Path> folders = Files.list(Fixtures.root().resolve("gguf"))) {
      for (Path folder : folders.toList()) {
        try (Tokenizer tokenizer =
            Tokenizers.fromGguf(new GgufFile(folder.resolve("model.gguf")))) {
          assertTrue(tokenizer.vocabSize() > 100, folder.toString());
          tokenizer.decode(new int[] {5, 6, 7}, true);
          loaded++;
        }
      }
    }
    assertTrue(loaded > 5);
  }

  @Test
  void refusesContradictions() throws IOException {
    Map<String, Object> good = byteLevel("byte-bpe-gpt2", "gpt-2");
    assertRefused(good, "token_type", new int[3]);
    assertRefused(good, "tokens", List.of());
    assertRefused(good, "merges", List.of("a  b"));
    assertRefused(good, "merges", null);
    assertRefused(good, "eos_token_id", 100_000);
    assertRefused(good, "add_bos_token", true);
    Map<String, Object> scores = new HashMap<>(good);
    scores.put("model", "llama");
    assertRefused(scores, "scores", new float[2]);
    Map<String, Object> unknown = new HashMap<>(good);
    unknown.put("pre", "nobody-knows");
    String message =
        assertThrows(
                UnsupportedModelException.class, () -> Tokenizers.fromGguf(new Metadata(unknown)))
            .getMessage();
    assertTrue(message.contains("tokenizer.ggml.pre") && message.contains("llama-bpe"), message);
    unknown.put("model", "rwkv");
    assertThrows(UnsupportedModelException.class, () -> Tokenizers.fromGguf(new Metadata(unknown)));
  }

  private static void assertRefused(Map<String, Object> good, String key, Object value) {
    Map<String, Object> bad = new HashMap<>(good);
    bad.put(key, value);
    String message =
        assertThrows(ModelFormatException.class, () -> Tokenizers.fromGguf(new Metadata(bad)), key)
            .getMessage();
    assertTrue(message.startsWith("test.gguf: "), message);
  }
}
