// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * {@code tokenizer_config.json} and {@code special_tokens_map.json} of a folder: switches and the
 * tokens with a role. Both files may be missing.
 */
final class TokenizerConfig {
  private static final int MAX_BYTES = 16 << 20;
  private static final List<String> ROLES =
      List.of("bos", "eos", "pad", "unk", "cls", "sep", "mask");

  private final JsonNode config;
  private final JsonNode map;

  private TokenizerConfig(JsonNode config, JsonNode map) {
    this.config = config;
    this.map = map;
  }

  static TokenizerConfig read(Path folder) throws IOException {
    return new TokenizerConfig(
        object(folder.resolve("tokenizer_config.json")),
        object(folder.resolve("special_tokens_map.json")));
  }

  private static JsonNode object(Path file) throws IOException {
    if (!Files.exists(file)) {
      return JsonNodeFactory.instance.objectNode();
    }
    byte[] bytes = bytes(file, MAX_BYTES);
    try {
      return TokenizerJson.MAPPER.readTree(bytes);
    } catch (JacksonException e) {
      throw new ModelFormatException(
          file + ": not well-formed JSON: " + e.getOriginalMessage() + "; obtain the file again",
          e);
    }
  }

  /** A whole file of bounded size. */
  static byte[] bytes(Path file, int max) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new ModelFormatException(
            file + ": more than " + max + " bytes, expected a tokenizer file; obtain it again");
      }
      return bytes;
    }
  }

  /** A switch, or what holds when it is missing or null. */
  Boolean flag(String field, Boolean missing) {
    JsonNode value = config.path(field);
    return value.isBoolean() ? Boolean.valueOf(value.booleanValue()) : missing;
  }

  String tokenizerClass() {
    return config.path("tokenizer_class").asString("");
  }

  /** The text of the token with a role, or null. */
  String token(String role) {
    for (JsonNode source : List.of(config, map)) {
      JsonNode value = source.path(role + "_token");
      JsonNode text = value.isObject() ? value.path("content") : value;
      if (text.isString()) {
        return text.stringValue();
      }
    }
    return null;
  }

  /** The texts of the tokens with a role, without repetition. */
  List<String> tokens() {
    List<String> tokens = new ArrayList<>();
    for (String role : ROLES) {
      String token = token(role);
      if (token != null && !tokens.contains(token)) {
        tokens.add(token);
      }
    }
    return tokens;
  }

  /** The ids of the roles; a role whose token the vocabulary does not know is null. */
  SpecialTokens roles(ToIntFunction<String> idOf) {
    Integer[] ids = new Integer[ROLES.size()];
    for (int i = 0; i < ids.length; i++) {
      String token = token(ROLES.get(i));
      int id = token == null ? -1 : idOf.applyAsInt(token);
      ids[i] = id < 0 ? null : Integer.valueOf(id);
    }
    return new SpecialTokens(ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[6]);
  }
}
