// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads JSON that came with a model: strict UTF-8, no duplicate keys, bounded depth and size. */
final class Json {
  static final long MAX_DOCUMENT_BYTES = 64L << 20;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NUMBER_LENGTH = 400;
  private static final int MAX_NAME_LENGTH = 1 << 20;
  // Depth of a safetensors header: object, tensor, array.
  private static final int MAX_HEADER_DEPTH = 4;

  private static final JsonFactory DOCUMENTS = factory(MAX_DEPTH);
  private static final JsonFactory HEADERS = factory(MAX_HEADER_DEPTH);

  private static final JsonMapper WRITER = new JsonMapper();

  private Json() {}

  /** Maps, lists, strings, numbers, booleans and null as indented JSON text. */
  static String write(Object value) {
    return WRITER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  /**
   * Reads a whole file; anything after the document's end is an error.
   *
   * @return maps in file order, lists, strings, booleans, null, and numbers as {@link Long} where
   *     they are integers that fit, otherwise as {@link Double}
   */
  static Object read(Path file) {
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

  static Object read(Path file, byte[] utf8) {
    CharBuffer text = decode(file, "the document", utf8);
    try (JsonParser parser = parser(DOCUMENTS, text)) {
      if (parser.nextToken() == null) {
        throw new ModelFormatException(file + ": expected a JSON document, got an empty file");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new ModelFormatException(
            file + ": expected the end after the JSON document, got more");
      }
      return value;
    } catch (JacksonException e) {
      throw malformed(file, e);
    }
  }

  /** The value at the parser's token. Recursive: the parser bounds the depth. */
  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String key = parser.currentName();
          parser.nextToken();
          object.put(key, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Object> array = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          array.add(value(parser));
        }
        yield array;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> integer(parser.getString());
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      default -> null;
    };
  }

  private static Object integer(String digits) {
    try {
      return Long.valueOf(digits);
    } catch (NumberFormatException e) {
      return Double.valueOf(digits); // beyond 64 bits, like Python's 10**30 for "no limit"
    }
  }

  /** A streaming parser over a safetensors header that {@link #decode} has returned. */
  static JsonParser headerParser(CharBuffer text) {
    return parser(HEADERS, text);
  }

  private static JsonParser parser(JsonFactory factory, CharBuffer text) {
    return factory.createParser(
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
    String where = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new ModelFormatException(
        file + ": expected valid JSON, got an error" + where + ": " + oneLine(e), e);
  }

  private static String oneLine(JacksonException e) {
    String message = e.getOriginalMessage();
    String quoted =
        Quoted.of(message == null ? "unreadable" : message.lines().findFirst().orElse(""));
    return quoted.substring(1, quoted.length() - 1);
  }

  private static JsonFactory factory(int maxDepth) {
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(maxDepth)
            .maxNameLength(MAX_NAME_LENGTH)
            .maxStringLength((int) MAX_DOCUMENT_BYTES)
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
