// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A JSON object that describes a model ({@code config.json} and its like), read through typed
 * getters. A key that is absent and a key that is {@code null} are the same; unknown keys are
 * ignored. Every error is a {@link ModelFormatException} that names the file and the key, also
 * inside nested objects ({@code config.json: rope_scaling.factor}). Immutable.
 */
public final class JsonConfig {
  private final Path file;
  private final String prefix;
  private final Map<?, ?> values;

  private JsonConfig(Path file, String prefix, Map<?, ?> values) {
    this.file = file;
    this.prefix = prefix;
    this.values = values;
  }

  /**
   * Reads a file that holds one object.
   *
   * @throws ModelFormatException if it is not UTF-8, not JSON, has a duplicate key, is nested too
   *     deeply, larger than 64 MiB, or is not an object
   * @throws ModelNotFoundException if there is no such file
   */
  public static JsonConfig read(Path file) {
    return object(file, Json.read(file));
  }

  /** Reads a text that holds one object; {@code file} is what errors name. */
  public static JsonConfig parse(Path file, String json) {
    return object(file, Json.read(file, json.getBytes(StandardCharsets.UTF_8)));
  }

  /** Reads a file that holds an array of objects, such as {@code modules.json}. */
  public static List<JsonConfig> readList(Path file) {
    return objects(file, "", "the document", Json.read(file));
  }

  private static JsonConfig object(Path file, Object document) {
    if (!(document instanceof Map<?, ?> values)) {
      throw new ModelFormatException(file + ": expected a JSON object, got " + describe(document));
    }
    return new JsonConfig(file, "", values);
  }

  private static List<JsonConfig> objects(Path file, String prefix, String field, Object value) {
    if (!(value instanceof List<?> array)) {
      throw new ModelFormatException(
          file + ": " + field + ": expected an array of objects, got " + describe(value));
    }
    List<JsonConfig> objects = new ArrayList<>();
    for (Object element : array) {
      String path = prefix + "[" + objects.size() + "]";
      if (!(element instanceof Map<?, ?> values)) {
        throw new ModelFormatException(
            file + ": " + path + ": expected an object, got " + describe(element));
      }
      objects.add(new JsonConfig(file, path + ".", values));
    }
    return objects;
  }

  /** The file this was read from. */
  public Path file() {
    return file;
  }

  /** All keys, in file order, also those whose value is null. */
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    values.keySet().forEach(key -> keys.add((String) key));
    return keys;
  }

  /** Whether the key is present with a value other than null. */
  public boolean has(String key) {
    return value(key) != null;
  }

  /** Whether the key's value is a number. */
  public boolean isNumber(String key) {
    return value(key) instanceof Number;
  }

  /** Whether the key's value is an array. */
  public boolean isList(String key) {
    return value(key) instanceof List<?>;
  }

  /** Whether the key's value is an object. */
  public boolean isNested(String key) {
    return value(key) instanceof Map<?, ?>;
  }

  /** A required integer. */
  public int requireInt(String key) {
    return toInt(key, require(key, "an integer"));
  }

  /** An integer with a default. */
  public int intOr(String key, int fallback) {
    return has(key) ? requireInt(key) : fallback;
  }

  /** An integer that may be absent. */
  public OptionalInt optionalInt(String key) {
    return has(key) ? OptionalInt.of(requireInt(key)) : OptionalInt.empty();
  }

  /** A required finite number; an integer is one too. */
  public double requireDouble(String key) {
    double number = toDouble(key, require(key, "a number"));
    if (!Double.isFinite(number)) {
      throw error(key, "a finite number", String.valueOf(number));
    }
    return number;
  }

  /** A finite number with a default. */
  public double doubleOr(String key, double fallback) {
    return has(key) ? requireDouble(key) : fallback;
  }

  /** A finite number that may be absent. */
  public OptionalDouble optionalDouble(String key) {
    return has(key) ? OptionalDouble.of(requireDouble(key)) : OptionalDouble.empty();
  }

  /** A required boolean. */
  public boolean requireBool(String key) {
    Object value = require(key, "true or false");
    if (!(value instanceof Boolean flag)) {
      throw error(key, "true or false", describe(value));
    }
    return flag;
  }

  /** A boolean with a default. */
  public boolean boolOr(String key, boolean fallback) {
    return has(key) ? requireBool(key) : fallback;
  }

  /** Whether the key has a string. */
  public boolean isText(String key) {
    return value(key) instanceof String;
  }

  /** A required string. */
  public String requireString(String key) {
    return toText(key, require(key, "a string"));
  }

  /** A string with a default. */
  public String stringOr(String key, String fallback) {
    return has(key) ? requireString(key) : fallback;
  }

  /** A string that may be absent. */
  public Optional<String> optionalString(String key) {
    return has(key) ? Optional.of(requireString(key)) : Optional.empty();
  }

  /** An array of strings; empty if absent. */
  public List<String> strings(String key) {
    return elements(key).stream().map(element -> toText(key, element)).toList();
  }

  /** An array of integers; empty if absent. A single integer counts as an array of one. */
  public int[] ints(String key) {
    return elements(key).stream().mapToInt(element -> toInt(key, element)).toArray();
  }

  /** An array of arrays of integers; empty if absent. */
  public List<List<Integer>> intLists(String key) {
    return elements(key).stream()
        .map(element -> {
          if (!(element instanceof List<?> inner)) {
            throw error(key, "an array of arrays", describe(element));
          }
          return inner.stream().map(each -> toInt(key, each)).toList();
        })
        .toList();
  }

  /** An array of numbers, infinities included; empty if absent. A single number counts as one. */
  public double[] doubles(String key) {
    return elements(key).stream().mapToDouble(element -> toDouble(key, element)).toArray();
  }

  /** A nested object that may be absent. */
  public Optional<JsonConfig> nested(String key) {
    return has(key) ? Optional.of(requireNested(key)) : Optional.empty();
  }

  /** A required nested object. */
  public JsonConfig requireNested(String key) {
    Object value = require(key, "an object");
    if (!(value instanceof Map<?, ?> nested)) {
      throw error(key, "an object", describe(value));
    }
    return new JsonConfig(file, prefix + key + ".", nested);
  }

  /** An array of objects; empty if absent. */
  public List<JsonConfig> nestedList(String key) {
    Object value = value(key);
    return value == null ? List.of() : objects(file, prefix + key, prefix + key, value);
  }

  /** An error about a key of this file, for checks that the caller makes. */
  public ModelFormatException error(String key, String expected, String got) {
    return new ModelFormatException(
        file + ": " + prefix + key + ": expected " + expected + ", got " + got);
  }

  private Object value(String key) {
    return values.get(key);
  }

  private Object require(String key, String expected) {
    Object value = value(key);
    if (value == null) {
      throw error(key, expected, values.containsKey(key) ? "null" : "no such key");
    }
    return value;
  }

  private List<?> elements(String key) {
    Object value = value(key);
    if (value == null) {
      return List.of();
    }
    return value instanceof List<?> array ? array : List.of(value);
  }

  private int toInt(String key, Object value) {
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    // 1e6 and 32.0 are integers that some writers spell as floating point.
    if (value instanceof Double number && number == number.intValue()) {
      return number.intValue();
    }
    throw error(key, "a 32-bit integer", describe(value));
  }

  private double toDouble(String key, Object value) {
    if (!(value instanceof Number number) || Double.isNaN(number.doubleValue())) {
      throw error(key, "a number", describe(value));
    }
    return number.doubleValue();
  }

  private String toText(String key, Object value) {
    if (!(value instanceof String text)) {
      throw error(key, "a string", describe(value));
    }
    return text;
  }

  private static String describe(Object value) {
    return switch (value) {
      case null -> "null";
      case Map<?, ?> object -> "an object of " + object.size();
      case List<?> array -> "an array of " + array.size();
      case String text -> "the string " + Quoted.of(text);
      default -> value.toString();
    };
  }

  /** The object as JSON text, indented. */
  public String text() {
    return Json.write(values);
  }

  /** The same object with another value for a key: a string, number, boolean, list or map. */
  public JsonConfig with(String key, Object value) {
    Map<Object, Object> changed = new LinkedHashMap<>(values);
    changed.put(key, value);
    return new JsonConfig(file, prefix, changed);
  }

  @Override
  public String toString() {
    return file + (prefix.isEmpty() ? "" : ": " + prefix.substring(0, prefix.length() - 1));
  }
}
