// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes a checked document for the native library: no truncation, no padding, and of the
 * post-processors only the trimming of offsets, since Gatun adds special tokens itself.
 */
final class TokenizerJsonWriter {
  private static final JsonMapper MAPPER = TokenizerJson.MAPPER;

  private TokenizerJsonWriter() {}

  static String write(TokenizerDocument document, PostProcessor postProcessor) {
    StringWriter text = new StringWriter(1 << 20);
    try (JsonGenerator json = MAPPER.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringProperty("version", "1.0");
      json.writeNullProperty("truncation");
      json.writeNullProperty("padding");
      writeAddedTokens(json, document);
      writePart(json, "normalizer", document.normalizer());
      writePart(json, "pre_tokenizer", document.preTokenizer());
      writePart(json, "post_processor", postProcessor.offsetTrimming());
      writePart(json, "decoder", document.decoder());
      writeModel(json, document);
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writePart(JsonGenerator json, String field, JsonNode part) {
    json.writeName(field);
    if (part == null) {
      json.writeNull();
    } else {
      json.writeTree(part);
    }
  }

  private static void writeAddedTokens(JsonGenerator json, TokenizerDocument document) {
    json.writeArrayPropertyStart("added_tokens");
    for (AddedToken token : document.addedTokens()) {
      json.writeStartObject();
      json.writeNumberProperty("id", token.id());
      json.writeStringProperty("content", token.content());
      json.writeBooleanProperty("single_word", token.singleWord());
      json.writeBooleanProperty("lstrip", token.lstrip());
      json.writeBooleanProperty("rstrip", token.rstrip());
      json.writeBooleanProperty("normalized", token.normalized());
      json.writeBooleanProperty("special", token.special());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeModel(JsonGenerator json, TokenizerDocument document) {
    json.writeObjectPropertyStart("model");
    document
        .modelOptions()
        .properties()
        .forEach(option -> writePart(json, option.getKey(), option.getValue()));
    Vocabulary vocabulary = document.vocabulary();
    if (document.scores() != null) {
      json.writeArrayPropertyStart("vocab");
      for (int id = 0; id < vocabulary.size(); id++) {
        json.writeStartArray();
        json.writeString(vocabulary.token(id));
        json.writeNumber(document.scores().get(id));
        json.writeEndArray();
      }
      json.writeEndArray();
    } else {
      json.writeObjectPropertyStart("vocab");
      for (int id = 0; id < vocabulary.size(); id++) {
        if (vocabulary.token(id) != null) {
          json.writeNumberProperty(vocabulary.token(id), id);
        }
      }
      json.writeEndObject();
    }
    if (document.algorithm() == TokenizerDocument.Algorithm.BPE) {
      json.writeArrayPropertyStart("merges");
      Merges merges = document.merges();
      for (int rank = 0; rank < merges.size(); rank++) {
        json.writeStartArray();
        json.writeString(vocabulary.token(merges.left(rank)));
        json.writeString(vocabulary.token(merges.right(rank)));
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    json.writeEndObject();
  }
}
