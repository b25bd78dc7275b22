// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tokenizer.TokenizerDocument.Algorithm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads {@code tokenizer.json}. The vocabulary and the merges, which make up nearly all of the
 * file, are streamed; the rest is small and becomes a tree. Repeated keys are refused: two readers
 * that disagree on which one counts would give different tokens.
 */
final class TokenizerJsonReader {
  static final int MAX_BYTES = 64 << 20;

  private final String source;
  private Vocabulary vocabulary;
  private List<Double> scores;
  private List<String> merges = List.of(); // left and right in turn, [2 m]
  private ObjectNode modelOptions;
  private final ObjectNode parts = JsonNodeFactory.instance.objectNode();

  private TokenizerJsonReader(String source) {
    this.source = source;
  }

  static TokenizerDocument read(byte[] json, String source) {
    if (json.length > MAX_BYTES) {
      throw new ModelFormatException(
          source
              + ": "
              + json.length
              + " bytes, expected at most "
              + MAX_BYTES
              + "; this is not a tokenizer.json");
    }
    TokenizerJsonReader reader = new TokenizerJsonReader(source);
    try (JsonParser parser = TokenizerJson.MAPPER.createParser(json)) {
      reader.readTop(parser);
      return reader.document();
    } catch (JacksonException e) {
      throw new ModelFormatException(
          source
              + ": not a well-formed tokenizer.json: "
              + e.getOriginalMessage()
              + "; obtain the file again",
          e);
    }
  }

  private void readTop(JsonParser parser) {
    expect(parser.nextToken(), JsonToken.START_OBJECT, "the document");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("model")) {
        if (modelOptions != null) {
          throw wrong("model", "appears twice");
        }
        readModel(parser);
      } else {
        JsonNode part = parser.readValueAsTree();
        if (parts.has(field)) {
          throw wrong(field, "appears twice");
        }
        parts.set(field, part);
      }
    }
    if (parser.nextToken() != null) {
      throw wrong("the document", "has text behind its end");
    }
  }

  private void readModel(JsonParser parser) {
    expect(parser.currentToken(), JsonToken.START_OBJECT, "model");
    modelOptions = JsonNodeFactory.instance.objectNode();
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String field = parser.currentName();
      if (!seen.add(field)) {
        throw wrong("model." + field, "appears twice");
      }
      parser.nextToken();
      switch (field) {
        case "vocab" -> readVocabulary(parser);
        case "merges" -> readMerges(parser);
        default -> modelOptions.set(field, (JsonNode) parser.readValueAsTree());
      }
    }
  }

  private void readVocabulary(JsonParser parser) {
    vocabulary = new Vocabulary(source, 1 << 16);
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String token = parser.currentName();
        expect(parser.nextToken(), JsonToken.VALUE_NUMBER_INT, "model.vocab ids");
        vocabulary.add(token, parser.getLongValue());
      }
      return;
    }
    expect(parser.currentToken(), JsonToken.START_ARRAY, "model.vocab");
    scores = new ArrayList<>();
    while (parser.nextToken() == JsonToken.START_ARRAY) {
      expect(parser.nextToken(), JsonToken.VALUE_STRING, "model.vocab tokens");
      String token = parser.getString();
      if (!parser.nextToken().isNumeric()) {
        throw wrong("model.vocab scores", "holds something that is not a number");
      }
      double score = parser.getDoubleValue();
      expect(parser.nextToken(), JsonToken.END_ARRAY, "model.vocab entries");
      vocabulary.add(token, scores.size());
      scores.add(score);
    }
    expect(parser.currentToken(), JsonToken.END_ARRAY, "model.vocab");
  }

  private void readMerges(JsonParser parser) {
    expect(parser.currentToken(), JsonToken.START_ARRAY, "model.merges");
    merges = new ArrayList<>(1 << 17);
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      if (t == JsonToken.VALUE_STRING) { // older files: "left right"
        String pair = parser.getString();
        int space = Merges.split(source, pair);
        merges.add(pair.substring(0, space));
        merges.add(pair.substring(space + 1));
      } else {
        expect(t, JsonToken.START_ARRAY, "model.merges");
        for (int side = 0; side < 2; side++) {
          expect(parser.nextToken(), JsonToken.VALUE_STRING, "model.merges pairs");
          merges.add(parser.getString());
        }
        expect(parser.nextToken(), JsonToken.END_ARRAY, "model.merges pairs");
      }
    }
  }

  private TokenizerDocument document() {
    if (modelOptions == null || vocabulary == null) {
      throw wrong("model", "or its vocab is missing");
    }
    Algorithm algorithm = algorithm();
    boolean list = scores != null;
    if (list != (algorithm == Algorithm.UNIGRAM)) {
      throw wrong(
          "model.vocab",
          list
              ? "is a list, expected an object of ids"
              : "is an object, expected a list of scores");
    }
    return new TokenizerDocument(
        source,
        algorithm,
        vocabulary,
        scores,
        algorithm == Algorithm.BPE
            ? Merges.of(
                source,
                vocabulary,
                merges,
                modelOptions.path("continuing_subword_prefix").asString(""))
            : Merges.NONE,
        modelOptions,
        part("normalizer"),
        part("pre_tokenizer"),
        part("post_processor"),
        part("decoder"),
        addedTokens());
  }

  private Algorithm algorithm() {
    String type = modelOptions.path("type").asString("");
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.jsonName().equals(type)) {
        return algorithm;
      }
    }
    if (type.isEmpty() && !merges.isEmpty()) { // files written before the field existed
      modelOptions.put("type", Algorithm.BPE.jsonName());
      return Algorithm.BPE;
    }
    throw new UnsupportedModelException(
        source
            + ": tokenizer model "
            + Texts.quote(type)
            + " is not supported, expected BPE, WordPiece or Unigram; use another model");
  }

  private JsonNode part(String field) {
    JsonNode part = parts.get(field);
    return part == null || part.isNull() ? null : part;
  }

  private List<AddedToken> addedTokens() {
    JsonNode list = part("added_tokens");
    if (list == null) {
      return List.of();
    }
    if (!list.isArray()) {
      throw wrong("added_tokens", "is not a list");
    }
    List<AddedToken> added = new ArrayList<>();
    for (JsonNode entry : list) {
      JsonNode id = entry.path("id");
      JsonNode content = entry.path("content");
      if (!id.isInt() || !content.isString()) {
        throw wrong("added_tokens", "has an entry without an integer id and a content");
      }
      boolean special = flag(entry, "special", false);
      added.add(
          new AddedToken(
              id.intValue(),
              content.stringValue(),
              special,
              flag(entry, "single_word", false),
              flag(entry, "lstrip", false),
              flag(entry, "rstrip", false),
              flag(entry, "normalized", !special)));
    }
    added.sort(Comparator.comparingInt(AddedToken::id));
    return added;
  }

  private boolean flag(JsonNode entry, String field, boolean missing) {
    JsonNode value = entry.get(field);
    if (value == null) {
      return missing;
    }
    if (!value.isBoolean()) {
      throw wrong("added_tokens." + field, "is not true or false");
    }
    return value.booleanValue();
  }

  private void expect(JsonToken got, JsonToken expected, String where) {
    if (got != expected) {
      throw wrong(where, "has " + got + " where " + expected + " was expected");
    }
  }

  private ModelFormatException wrong(String field, String problem) {
    return new ModelFormatException(
        source + ": " + field + " " + problem + "; obtain the file again");
  }
}
