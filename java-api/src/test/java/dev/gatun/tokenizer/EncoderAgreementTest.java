// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** BPE in Java and in the native library: the same tokens, offsets and texts on every input. */
class EncoderAgreementTest {

  private static TokenizerDocument document(String folder) throws IOException {
    Path file = Fixtures.root().resolve("tokenizers").resolve(folder).resolve("tokenizer.json");
    return TokenizerJsonReader.read(Files.readAllBytes(file), file.toString());
  }

  private static PostProcessor plain(TokenizerDocument document) {
    return PostProcessor.NONE.withOffsetTrimming(
        document.decoder().path("type").asString("").equals("ByteLevel")
            ? DocumentParts.byteLevel(true, false, true)
            : null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte-bpe-gpt2", "byte-bpe-llama3", "sp-bpe-llama2", "sp-bpe-gemma"})
  void agree(String folder) throws IOException {
    TokenizerDocument document = document(folder);
    DocumentChecks.check(document);
    try (BytePairEncoder java = BytePairEncoder.of(document, plain(document), false);
        NativeEncoder other = DocumentTokenizer.nativeEncoder(document, plain(document))) {
      assertNotNull(java, "not of the forms that are done in Java");
      for (String text : texts(folder)) {
        Encoding expected = other.encode(text);
        Encoding actual = java.encode(text);
        assertArrayEquals(expected.ids(), actual.ids(), text);
        assertArrayEquals(expected.ids(), java.encodeIds(text), text);
        assertEquals(expected.tokens(), actual.tokens(), text);
        assertArrayEquals(expected.offsetArray(), actual.offsetArray(), text);
        assertEquals(other.decode(expected.ids(), true), java.decode(expected.ids(), true), text);
      }
      Random random = new Random(7);
      for (int i = 0; i < 300; i++) { // ids that no text gives: broken UTF-8
        int[] ids = random.ints(random.nextInt(12), 0, document.vocabulary().size()).toArray();
        for (boolean skip : new boolean[] {false, true}) {
          assertEquals(other.decode(ids, skip), java.decode(ids, skip));
        }
      }
    }
  }

  /** The stored texts, and pieces of them thrown together. */
  private static List<String> texts(String folder) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item :
        Fixtures.cases(Fixtures.root().resolve("tokenizers").resolve(folder)).get("cases")) {
      texts.add(item.get("text").stringValue());
    }
    int stored = texts.size();
    Random random = new Random(11);
    String[] joints = {
      "", " ", "  ", "\n", "\r\n", "\t", " \n ", "'s", "'\u017f", "\u00a0", "12345", "<s>"
    };
    for (int i = 0; i < 1000; i++) {
      StringBuilder text = new StringBuilder();
      for (int parts = 1 + random.nextInt(6); parts > 0; parts--) {
        String part = texts.get(random.nextInt(stored));
        int from =
            part.offsetByCodePoints(0, random.nextInt(part.codePointCount(0, part.length()) + 1));
        text.append(part, from, part.length()).append(joints[random.nextInt(joints.length)]);
      }
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void mergesOneLongWordInReasonableTime() throws IOException {
    for (String folder : List.of("byte-bpe-gpt2", "sp-bpe-llama2")) {
      TokenizerDocument document = document(folder);
      try (BytePairEncoder java = BytePairEncoder.of(document, plain(document), false)) {
        String word = "ananas".repeat(1_000_000 / 6);
        int[] ids = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> java.encodeIds(word));
        assertEquals(word, java.decode(ids, false).strip());
      }
    }
  }
}
