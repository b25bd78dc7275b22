// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON that came with a model: strict UTF-8, no duplicate keys, bounded depth and size. */
final class Json {
  static final long MAX_DOCUMENT_BYTES = 64L << 20;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 400;

  private Json() {}

  /** Reads a whole file; anything after the document's end is an error. */
  static JsonNode read(Path file) {
    try (FileBytes bytes = FileBytes.open(file)) {
      if (bytes.length() > MAX_DOCUMENT_BYTES) {
        throw new ModelFormatException(
            file
                + ": expected at most "
                + MAX_DOCUMENT_BYTES
                + " bytes of JSON, got "
                + bytes.length());
      }
      return read(file, bytes.read(0, (int) bytes.length()));
    }
  }

  static JsonNode read(Path file, byte[] utf8) {
    CharBuffer text = decode(file, "the document", utf8);
    JsonMapper mapper =
        JsonMapper.builder(factory(MAX_DEPTH, (int) MAX_DOCUMENT_BYTES))
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    try (JsonParser parser =
        mapper.createParser(text.array(), text.arrayOffset(), text.remaining())) {
      JsonNode node = mapper.readTree(parser);
      if (node == null || node.isMissingNode()) {
        throw new ModelFormatException(file + ": expected a JSON document, got an empty file");
      }
      return node;
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  /** A streaming parser over text that {@link #decode} has returned. */
  static JsonParser parser(CharBuffer text, int maxDepth, int maxStringLength) {
    return factory(maxDepth, maxStringLength)
        .createParser(
            ObjectReadContext.empty(), text.array(), text.arrayOffset(), text.remaining());
  }

  /** Decodes strictly: a malformed byte is an error, never a replacement character. */
  static CharBuffer decode(Path file, String what, byte[] utf8) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(utf8));
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(file + ": " + what + ": expected UTF-8, got other bytes", e);
    }
  }

  static ModelFormatException malformed(Path file, JacksonException e) {
    var at = e.getLocation();
    String where =
        at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new ModelFormatException(
        file + ": expected valid JSON, got an error" + where + ": " + oneLine(e), e);
  }

  private static String oneLine(JacksonException e) {
    String message = e.getOriginalMessage();
    String quoted = Quoted.of(message == null ? "unreadable" : message.lines().findFirst().orElse(""));
    return quoted.substring(1, quoted.length() - 1);
  }

  private static JsonFactory factory(int maxDepth, int maxStringLength) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(maxDepth)
            .maxNameLength(Math.min(maxStringLength, 1 << 20))
            .maxStringLength(maxStringLength)
            .maxNumberLength(MAX_NUMBER_LENGTH)
            .build();
    // Names come from a hostile file: no symbol table that they could fill or make collide.
    return JsonFactory.builder()
        .streamReadConstraints(limits)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
        .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
        .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN and Infinity
        .build();
  }
}
