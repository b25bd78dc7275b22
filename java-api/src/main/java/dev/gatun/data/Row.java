// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One line of a file: a text, an object of JSON lines, or a record of CSV.
 *
 * @param file it came from
 * @param line at which it starts, counted from 1
 * @param values by field: strings; from JSON also numbers, booleans, lists and maps
 */
public record Row(Path file, long line, Map<String, Object> values) {
  /** The field of a plain text's line. */
  public static final String TEXT = "text";

  /** Whether the field is there and not null. */
  public boolean has(String field) {
    return values.get(field) != null;
  }

  /**
   * A field that is a text; numbers and booleans are written out.
   *
   * @throws DataException if it is missing or a list
   */
  public String text(String field) {
    return switch (require(field)) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean flag -> flag.toString();
      case Object other -> throw error(field, "a text, got " + kind(other));
    };
  }

  /**
   * A field that is a list of texts.
   *
   * @throws DataException if it is missing or anything else
   */
  public List<String> texts(String field) {
    if (!(require(field) instanceof List<?> list)) {
      throw error(field, "a list of texts, got " + kind(values.get(field)));
    }
    return list.stream()
        .map(element -> {
          if (element instanceof String || element instanceof Number) {
            return element.toString();
          }
          throw error(field, "a list of texts, got one with " + kind(element));
        })
        .toList();
  }

  private Object require(String field) {
    Object value = values.get(field);
    if (value == null) {
      throw error(
          field,
          "a value, got "
              + (values.containsKey(field) ? "null" : "no such field")
              + "; the fields are "
              + values.keySet());
    }
    return value;
  }

  private static String kind(Object value) {
    return switch (value) {
      case null -> "null";
      case List<?> _ -> "a list";
      case Map<?, ?> _ -> "an object";
      default -> value.toString();
    };
  }

  /** An error about a field of this line; {@code expected} goes on "expected ...". */
  public DataException error(String field, String expected) {
    return new DataException(file + ":" + line + ": " + field + ": expected " + expected);
  }
}
