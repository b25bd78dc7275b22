// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tensor.Device;
import dev.gatun.tokenizer.EncodeOptions;
import dev.gatun.tokenizer.Encoding;
import dev.gatun.tokenizer.Padding;
import dev.gatun.tokenizer.Side;
import dev.gatun.tokenizer.StreamDecoder;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import dev.gatun.tokenizer.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A tokenizer with texts: tokenizer.json against the ids of its reference, and a SentencePiece
 * model, where there is one, against those of its library.
 */
record TokenizerCase(String name, Path folder) implements GoldenCase {
  @Override
  public void run(Report report, Device device) throws IOException {
    JsonNode fixture = Jsons.read(folder.resolve("cases.json"));
    report.declare("texts", "streams", "batches", "sentencepiece");
    Path json = folder.resolve("tokenizer.json");
    try (Tokenizer tokenizer =
        Files.exists(json)
            ? Tokenizers.fromJson(Files.readAllBytes(json), json.toString())
            : Tokenizers.fromFolder(folder)) {
      for (JsonNode item : fixture.get("cases")) {
        text(tokenizer, item, report);
      }
      for (JsonNode batch : fixture.path("batches")) {
        batch(tokenizer, batch, report);
      }
    } catch (UnsupportedModelException e) {
      report.skip(e.getMessage());
      return;
    }
    sentencePiece(fixture, report);
  }

  private static void text(Tokenizer tokenizer, JsonNode item, Report report) {
    String text = item.get("text").stringValue();
    Encoding encoding = tokenizer.encode(text);
    report.check("texts", equal(item, encoding), "encoding of " + item.get("text"));
    int[] ids = Jsons.ints(item.get("ids"));
    int[] bare = Jsons.ints(item.get("ids_without_special"));
    report.check(
        "texts",
        Arrays.equals(bare, tokenizer.encodeIds(text, false)),
        "ids without special tokens of " + item.get("text"));
    String kept = tokenizer.decode(ids, false);
    report.check(
        "texts", kept.equals(item.get("decode").stringValue()), "decoding of " + item.get("text"));
    String expected = item.get("decode_skip_special").stringValue();
    report.check(
        "texts",
        tokenizer.decode(ids, true).equals(expected),
        "decoding without special tokens of " + item.get("text"));
    report.check(
        "streams", streamed(tokenizer, ids).equals(expected), "stream of " + item.get("text"));
  }

  private static String streamed(Tokenizer tokenizer, int[] ids) {
    StreamDecoder stream = tokenizer.streamDecoder(true);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.push(id));
    }
    return text.append(stream.finish()).toString();
  }

  private static boolean equal(JsonNode expected, Encoding got) {
    boolean same =
        Arrays.equals(Jsons.ints(expected.get("ids")), got.ids())
            && Jsons.strings(expected.get("tokens")).equals(got.tokens())
            && Arrays.equals(Jsons.ints(expected.get("type_ids")), got.typeIds())
            && Arrays.equals(
                Jsons.ints(expected.get("special_tokens_mask")), got.specialTokensMask());
    for (int i = 0; same && i < got.length(); i++) {
      JsonNode offset = expected.get("offsets").get(i);
      same = offset.get(0).intValue() == got.start(i) && offset.get(1).intValue() == got.end(i);
    }
    return same;
  }

  private static void batch(Tokenizer tokenizer, JsonNode batch, Report report) {
    List<String> texts = Jsons.strings(batch.get("texts"));
    List<String> pairs = batch.get("pairs").isNull() ? null : Jsons.strings(batch.get("pairs"));
    String what = "batch " + batch.get("truncation") + " " + batch.get("padding") + ": ";
    List<Encoding> encodings;
    try {
      encodings =
          tokenizer.encodeBatch(
              texts,
              pairs,
              new EncodeOptions(
                  true, truncation(batch.get("truncation")), padding(batch.get("padding"))));
    } catch (IllegalArgumentException e) {
      report.check("batches", batch.has("error"), what + e.getMessage());
      return;
    }
    if (batch.has("error")) {
      report.fail("batches", what + "expected an error: " + batch.get("error"));
      return;
    }
    boolean same = encodings.size() == batch.get("encodings").size();
    for (int i = 0; same && i < encodings.size(); i++) {
      same = batchEntry(batch.get("encodings").get(i), encodings.get(i));
    }
    report.check("batches", same, what + "another encoding");
  }

  private static boolean batchEntry(JsonNode expected, Encoding got) {
    JsonNode parts = expected.get("overflowing");
    boolean same =
        equal(expected, got)
            && Arrays.equals(Jsons.ints(expected.get("attention_mask")), got.attentionMask())
            && parts.size() == got.overflowing().size();
    for (int j = 0; same && j < parts.size(); j++) {
      Encoding part = got.overflowing().get(j);
      same =
          Arrays.equals(Jsons.ints(parts.get(j).get("ids")), part.ids())
              && Arrays.equals(
                  Jsons.ints(parts.get(j).get("attention_mask")), part.attentionMask());
    }
    return same;
  }

  private static Truncation truncation(JsonNode json) {
    return json.isNull()
        ? null
        : new Truncation(
            Truncation.Strategy.valueOf(
                json.get("strategy").stringValue().toUpperCase(Locale.ROOT)),
            json.get("max_length").intValue(),
            side(json),
            json.path("stride").asInt(0));
  }

  private static Padding padding(JsonNode json) {
    return json.isNull()
        ? null
        : new Padding(
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

  private void sentencePiece(JsonNode fixture, Report report) throws IOException {
    List<Path> models;
    try (Stream<Path> files = Files.list(folder)) {
      models = files.filter(file -> file.toString().endsWith(".model")).toList();
    }
    for (Path model : models) {
      try (Tokenizer tokenizer =
          Tokenizers.fromSentencePiece(Files.readAllBytes(model), model.toString(), false, false)) {
        for (JsonNode item : fixture.get("cases")) {
          if (item.has("sp_ids")) {
            String text = item.path("sp_text").asString(item.get("text").stringValue());
            int[] ids = Jsons.ints(item.get("sp_ids"));
            report.check(
                "sentencepiece",
                Arrays.equals(ids, tokenizer.encodeIds(text, true))
                    && tokenizer.decode(ids, true).equals(item.get("sp_decode").stringValue()),
                "ids or decoding of " + item.get("text"));
          }
        }
      }
    }
  }
}
