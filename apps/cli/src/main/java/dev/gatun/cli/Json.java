// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import tools.jackson.databind.json.JsonMapper;

/** Printing of results as JSON. */
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  static String write(Object value) {
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }
}
