// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the fixtures hold it. */
final class Jsons {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Jsons() {}

  static JsonNode read(Path file) {
    return MAPPER.readTree(file);
  }

  static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).intValue();
    }
    return values;
  }

  static List<String> strings(JsonNode list) {
    return list.valueStream().map(JsonNode::stringValue).toList();
  }

  /** The entries of {@code ids} where {@code mask} is 1. */
  static int[] unpadded(JsonNode ids, JsonNode mask) {
    int[] values = ints(ids);
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (mask.get(i).intValue() != 0) {
        values[count++] = values[i];
      }
    }
    return java.util.Arrays.copyOf(values, count);
  }
}
