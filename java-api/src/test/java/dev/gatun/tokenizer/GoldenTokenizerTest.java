// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every stored case of every scheme, loaded from its tokenizer.json. */
class GoldenTokenizerTest {

  static List<Path> folders() {
    return Fixtures.folders();
  }

  private static Tokenizer load(Path folder) throws IOException {
    return Tokenizers.fromJson(
        Files.readAllBytes(folder.resolve("tokenizer.json")), folder + "/tokenizer.json");
  }

  @ParameterizedTest
  @MethodSource("folders")
  void encodesAndDecodesEveryText(Path folder) throws IOException {
    JsonNode fixture = Fixtures.cases(folder);
    try (Tokenizer tokenizer = load(folder)) {
      assertEquals(fixture.get("vocab_size").intValue(), tokenizer.vocabSize());
      assertTrue(fixture.get("cases").size() > 100);
      for (JsonNode item : fixture.get("cases")) {
        String text = item.get("text").stringValue();
        Encoding encoding = tokenizer.encode(text);
        assertEncoding(item, encoding, text);
        int[] ids = encoding.ids();
        assertArrayEquals(ids, tokenizer.encodeIds(text, true), text);
        assertArrayEquals(
            Fixtures.ints(item.get("ids_without_special")), tokenizer.encodeIds(text, false), text);
        assertEquals(item.get("decode").stringValue(), tokenizer.decode(ids, false), text);
        assertEquals(
            item.get("decode_skip_special").stringValue(), tokenizer.decode(ids, true), text);
        for (int id : ids) {
          assertEquals(id, tokenizer.idOf(tokenizer.tokenOf(id)));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void streamsEveryText(Path folder) throws IOException {
    try (Tokenizer tokenizer = load(folder)) {
      for (JsonNode item : Fixtures.cases(folder).get("cases")) {
        StreamDecoder stream = tokenizer.streamDecoder(true);
        StringBuilder text = new StringBuilder();
        String expected = item.get("decode_skip_special").stringValue();
        for (int id : Fixtures.ints(item.get("ids"))) {
          String piece = stream.push(id);
          assertTrue(expected.indexOf('\uFFFD') >= 0 || piece.indexOf('\uFFFD') < 0, expected);
          text.append(piece);
        }
        text.append(stream.finish());
        assertEquals(expected, text.toString());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("folders")
  void encodesEveryBatch(Path folder) throws IOException {
    JsonNode batches = Fixtures.cases(folder).get("batches");
    assertTrue(batches.size() >= 30);
    try (Tokenizer tokenizer = load(folder)) {
      for (JsonNode batch : batches) {
        List<String> texts = Fixtures.strings(batch.get("texts"));
        List<String> pairs =
            batch.get("pairs").isNull() ? null : Fixtures.strings(batch.get("pairs"));
        EncodeOptions options =
            new EncodeOptions(
                true, truncation(batch.get("truncation")), padding(batch.get("padding")));
        if (batch.has("error")) {
          assertThrows(
              IllegalArgumentException.class, () -> tokenizer.encodeBatch(texts, pairs, options));
          continue;
        }
        List<Encoding> encodings = tokenizer.encodeBatch(texts, pairs, options);
        assertEquals(batch.get("encodings").size(), encodings.size());
        for (int i = 0; i < encodings.size(); i++) {
          JsonNode expected = batch.get("encodings").get(i);
          Encoding encoding = encodings.get(i);
          assertEncoding(expected, encoding, batch.toString());
          assertArrayEquals(
              Fixtures.ints(expected.get("attention_mask")), encoding.attentionMask());
          JsonNode overflowing = expected.get("overflowing");
          assertEquals(overflowing.size(), encoding.overflowing().size(), batch.toString());
          for (int j = 0; j < overflowing.size(); j++) {
            Encoding part = encoding.overflowing().get(j);
            assertArrayEquals(Fixtures.ints(overflowing.get(j).get("ids")), part.ids());
            assertArrayEquals(
                Fixtures.ints(overflowing.get(j).get("attention_mask")), part.attentionMask());
          }
        }
      }
    }
  }

  private static void assertEncoding(JsonNode expected, Encoding encoding, String what) {
    assertArrayEquals(Fixtures.ints(expected.get("ids")), encoding.ids(), what);
    assertEquals(Fixtures.strings(expected.get("tokens")), encoding.tokens(), what);
    assertArrayEquals(Fixtures.ints(expected.get("type_ids")), encoding.typeIds(), what);
    assertArrayEquals(
        Fixtures.ints(expected.get("special_tokens_mask")), encoding.specialTokensMask(), what);
    for (int i = 0; i < encoding.length(); i++) {
      JsonNode offset = expected.get("offsets").get(i);
      assertEquals(offset.get(0).intValue(), encoding.start(i), what);
      assertEquals(offset.get(1).intValue(), encoding.end(i), what);
    }
  }

  private static Truncation truncation(JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    return new Truncation(
        Truncation.Strategy.valueOf(json.get("strategy").stringValue().toUpperCase(Locale.ROOT)),
        json.get("max_length").intValue(),
        side(json),
        json.path("stride").asInt(0));
  }

  private static Padding padding(JsonNode json) {
    if (json.isNull()) {
      return null;
    }
    return new Padding(
        side(json),
        json.path("length").asInt(0),
        json.path("pad_to_multiple_of").asInt(0),
        json.path("pad_id").asInt(0),
        json.path("pad_type_id").asInt(0),
        json.get("pad_token").stringValue());
  }

  private static Side side(JsonNode json) {
    return Side.valueOf(json.path("direction").asString("right").toUpperCase(Locale.ROOT));
  }
}
