// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer.template;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The stored cases ({@code templates/cases.json}), read so that 1, 1.0 and big integers differ. */
final class TemplateCases {
  private final JsonNode root;

  private TemplateCases(JsonNode root) {
    this.root = root;
  }

  static TemplateCases load() {
    Path file = goldenFolder().resolve("templates").resolve("cases.json");
    return new TemplateCases(JsonMapper.builder().build().readTree(file.toFile()));
  }

  private static Path goldenFolder() {
    String given = System.getProperty("gatun.golden", System.getenv("GATUN_GOLDEN"));
    if (given != null && !given.isBlank()) {
      return Path.of(given);
    }
    for (String folder :
        List.of("src/test/resources/golden", "java-api/src/test/resources/golden")) {
      if (Files.isDirectory(Path.of(folder))) {
        return Path.of(folder);
      }
    }
    throw new IllegalStateException(
        "no golden fixtures: set -Dgatun.golden or GATUN_GOLDEN to their folder");
  }

  JsonNode root() {
    return root;
  }

  Clock clock() {
    LocalDateTime time = LocalDateTime.parse(root.get("clock").stringValue());
    return Clock.fixed(time.toInstant(ZoneOffset.UTC), ZoneOffset.UTC);
  }

  Map<String, Object> context() {
    return variables(root.get("context"));
  }

  /** The variables of a whole template: the special ones, then those of the conversation. */
  Map<String, Object> conversation(JsonNode conversation) {
    Map<String, Object> all = variables(root.get("special"));
    all.putAll(variables(conversation));
    return all;
  }

  private static Map<String, Object> variables(JsonNode node) {
    Map<String, Object> variables = new LinkedHashMap<>();
    node.properties().forEach(entry -> variables.put(entry.getKey(), value(entry.getValue())));
    return variables;
  }

  static Object value(JsonNode node) {
    if (node.isNull()) {
      return null;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isString()) {
      return node.stringValue();
    }
    if (node.isIntegralNumber()) {
      return node.bigIntegerValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    if (node.isArray()) {
      List<Object> items = new ArrayList<>();
      node.forEach(item -> items.add(value(item)));
      return items;
    }
    return variables(node);
  }

  /** A text, or {@code {"repeat": [[piece, count] ...]}}. */
  static String text(JsonNode source) {
    if (source.isString()) {
      return source.stringValue();
    }
    StringBuilder text = new StringBuilder();
    source
        .get("repeat")
        .forEach(part -> text.repeat(part.get(0).stringValue(), part.get(1).intValue()));
    return text.toString();
  }
}
