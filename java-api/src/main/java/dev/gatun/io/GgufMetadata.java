// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The key-value pairs of a GGUF file, read through typed getters. Integers of every width count as
 * integers and are range-checked; floats of both widths count as numbers. Every error is a {@link
 * ModelFormatException} that names the file and the key, and says what was expected and found.
 * Immutable.
 */
public final class GgufMetadata {
  static final int MAX_STRING_BYTES = 64 << 20;
  static final int MAX_KEY_BYTES = 65_535;
  // All strings and arrays of one file: what a header may take on the heap.
  static final long MAX_TOTAL_BYTES = 256L << 20;
  private static final String VALUE = "value";
  private static final int DESCRIBED_LENGTH = 80;

  private final Path file;
  private final Map<String, Value> values;

  private record Value(GgufType type, Object content) {}

  private GgufMetadata(Path file, Map<String, Value> values) {
    this.file = file;
    this.values = values;
  }

  static GgufMetadata read(GgufInput in, Path file, int count) {
    Map<String, Value> values = new LinkedHashMap<>();
    long start = in.position();
    for (int i = 0; i < count; i++) {
      in.enter("key", null);
      String key = readText(in, "name", MAX_KEY_BYTES);
      in.enter("key", key);
      if (key.isEmpty() || key.indexOf('\0') >= 0) {
        throw in.error("", "a name without NUL", key.isEmpty() ? "an empty string" : "NUL");
      }
      int typeId = in.readInt("type");
      GgufType type = GgufType.find(typeId);
      if (type == null) {
        throw in.error("type", "a type from 0 to 12", Integer.toUnsignedString(typeId));
      }
      if (values.putIfAbsent(key, new Value(type, readValue(in, type))) != null) {
        throw in.error("", "unique keys", "a second one");
      }
      if (in.position() - start > MAX_TOTAL_BYTES) {
        throw in.error("", "at most " + MAX_TOTAL_BYTES + " bytes of metadata", "more");
      }
    }
    return new GgufMetadata(file, Collections.unmodifiableMap(values));
  }

  static String readText(GgufInput in, String field, int maxBytes) {
    int length = (int) in.readCount(field, maxBytes);
    byte[] bytes = in.readBytes(length, field);
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0
        && !Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
      throw in.error(field, "UTF-8", "other bytes");
    }
    return text;
  }

  private static Object readValue(GgufInput in, GgufType type) {
    return switch (type) {
      case UINT8 -> in.readByte(VALUE) & 0xFFL;
      case INT8 -> (long) in.readByte(VALUE);
      case UINT16 -> in.readShort(VALUE) & 0xFFFFL;
      case INT16 -> (long) in.readShort(VALUE);
      case UINT32 -> in.readInt(VALUE) & 0xFFFF_FFFFL;
      case INT32 -> (long) in.readInt(VALUE);
      case UINT64, INT64 -> in.readLong(VALUE);
      case FLOAT32 -> (double) Float.intBitsToFloat(in.readInt(VALUE));
      case FLOAT64 -> Double.longBitsToDouble(in.readLong(VALUE));
      case BOOL -> {
        int value = in.readByte(VALUE) & 0xFF;
        if (value > 1) {
          throw in.error(VALUE, "a boolean that is 0 or 1", String.valueOf(value));
        }
        yield value == 1;
      }
      case STRING -> readText(in, VALUE, MAX_STRING_BYTES);
      case ARRAY -> GgufArray.read(in);
    };
  }

  /** The file; of several parts, the first. */
  public Path file() {
    return file;
  }

  /** All keys, in file order. */
  public Set<String> keys() {
    return values.keySet();
  }

  /** Whether the key is present. */
  public boolean has(String key) {
    return values.containsKey(key);
  }

  /** Whether the key's value is an array. */
  public boolean isArray(String key) {
    return hasType(key, GgufType.ARRAY);
  }

  private boolean hasType(String key, GgufType type) {
    Value value = values.get(key);
    return value != null && value.type == type;
  }

  boolean isUnsigned32(String key) {
    return hasType(key, GgufType.UINT32);
  }

  /** The number of elements of an array; does not decode it. */
  public int arrayLength(String key) {
    return array(key, "an array").count();
  }

  /** A required integer. */
  public int requireInt(String key) {
    long value = requireLong(key);
    if (value != (int) value) {
      throw error(key, "a 32-bit integer", String.valueOf(value));
    }
    return (int) value;
  }

  /** An integer with a default. */
  public int intOr(String key, int fallback) {
    return has(key) ? requireInt(key) : fallback;
  }

  /** An integer that may be absent. */
  public OptionalInt optionalInt(String key) {
    return has(key) ? OptionalInt.of(requireInt(key)) : OptionalInt.empty();
  }

  /** A required 64-bit integer. */
  public long requireLong(String key) {
    Value value = require(key, "an integer");
    if (!value.type.isInteger()) {
      throw error(key, "an integer", describe(value));
    }
    long number = (Long) value.content;
    if (value.type == GgufType.UINT64 && number < 0) {
      throw error(key, "at most 2^63-1", Long.toUnsignedString(number));
    }
    return number;
  }

  /** A required finite floating point number. */
  public double requireDouble(String key) {
    Value value = require(key, "a floating point number");
    if (!value.type.isFloat() || !Double.isFinite((Double) value.content)) {
      throw error(key, "a finite floating point number", describe(value));
    }
    return (Double) value.content;
  }

  /** A finite floating point number with a default. */
  public double doubleOr(String key, double fallback) {
    return has(key) ? requireDouble(key) : fallback;
  }

  /** A finite floating point number that may be absent. */
  public OptionalDouble optionalDouble(String key) {
    return has(key) ? OptionalDouble.of(requireDouble(key)) : OptionalDouble.empty();
  }

  /** A required boolean. */
  public boolean requireBool(String key) {
    Value value = require(key, "a boolean");
    if (value.type != GgufType.BOOL) {
      throw error(key, "a boolean", describe(value));
    }
    return (Boolean) value.content;
  }

  /** A boolean with a default. */
  public boolean boolOr(String key, boolean fallback) {
    return has(key) ? requireBool(key) : fallback;
  }

  /** A required string. */
  public String requireString(String key) {
    Value value = require(key, "a string");
    if (value.type != GgufType.STRING) {
      throw error(key, "a string", describe(value));
    }
    return (String) value.content;
  }

  /** A string with a default. */
  public String stringOr(String key, String fallback) {
    return has(key) ? requireString(key) : fallback;
  }

  /** A string that may be absent. */
  public Optional<String> optionalString(String key) {
    return has(key) ? Optional.of(requireString(key)) : Optional.empty();
  }

  /** A required array of strings, as strings. */
  public String[] requireStrings(String key) {
    return requireTexts(key).toArray(new String[0]);
  }

  /** A required array of strings; none is made before it is asked for. */
  public TextList requireTexts(String key) {
    GgufArray array = array(key, "an array of strings");
    if (array.type() != GgufType.STRING) {
      throw error(key, "an array of strings", describe(values.get(key)));
    }
    try {
      return array.texts();
    } catch (CharacterCodingException e) {
      throw new ModelFormatException(
          file + ": " + key + ": expected strings in UTF-8, got other bytes", e);
    }
  }

  /** A required array of integers that fit 32 bits; decoded at each call. */
  public int[] requireInts(String key) {
    GgufArray array = array(key, "an array of integers");
    if (!array.type().isInteger()) {
      throw error(key, "an array of integers", describe(values.get(key)));
    }
    if (array.type() == GgufType.INT32) {
      return array.rawInts();
    }
    int[] numbers = new int[array.count()];
    for (int i = 0; i < numbers.length; i++) {
      long number = array.integer(i);
      if (number != (int) number) {
        throw error(key + "[" + i + "]", "a 32-bit integer", String.valueOf(number));
      }
      numbers[i] = (int) number;
    }
    return numbers;
  }

  /**
   * One integer per layer: an array of that length, or a single integer that holds for all layers.
   */
  public int[] requireIntPerLayer(String key, int layers) {
    if (isArray(key)) {
      int[] numbers = requireInts(key);
      if (numbers.length != layers) {
        throw error(key, layers + " integers, one per layer", numbers.length + " integers");
      }
      return numbers;
    }
    int[] numbers = new int[layers];
    Arrays.fill(numbers, requireInt(key));
    return numbers;
  }

  /** A required array of floating point numbers; may contain NaN and infinities. */
  public float[] requireFloats(String key) {
    GgufArray array = array(key, "an array of floating point numbers");
    if (!array.type().isFloat()) {
      throw error(key, "an array of floating point numbers", describe(values.get(key)));
    }
    return array.floats();
  }

  /** A required array of booleans. */
  public boolean[] requireBools(String key) {
    GgufArray array = array(key, "an array of booleans");
    if (array.type() != GgufType.BOOL) {
      throw error(key, "an array of booleans", describe(values.get(key)));
    }
    boolean[] flags = new boolean[array.count()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = array.integer(i) == 1;
    }
    return flags;
  }

  /** A required array of bytes, such as {@code tokenizer.ggml.precompiled_charsmap}. */
  public byte[] requireBytes(String key) {
    GgufArray array = array(key, "an array of bytes");
    if (array.type() != GgufType.UINT8 && array.type() != GgufType.INT8) {
      throw error(key, "an array of bytes", describe(values.get(key)));
    }
    byte[] bytes = new byte[array.count()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) array.integer(i);
    }
    return bytes;
  }

  /** Type and value of a key in one short line for people, such as {@code 49152 strings}. */
  public String describe(String key) {
    return describe(require(key, "a value"));
  }

  /** An error about a key of this file, for checks that the caller makes. */
  public ModelFormatException error(String key, String expected, String got) {
    return new ModelFormatException(file + ": " + key + ": expected " + expected + ", got " + got);
  }

  private Value require(String key, String expected) {
    Value value = values.get(key);
    if (value == null) {
      throw error(key, expected, "no such key");
    }
    return value;
  }

  private GgufArray array(String key, String expected) {
    Value value = require(key, expected);
    if (value.type != GgufType.ARRAY) {
      throw error(key, expected, describe(value));
    }
    return (GgufArray) value.content;
  }

  private static String describe(Value value) {
    return switch (value.content) {
      case GgufArray array -> "array of " + array.count() + " " + array.type();
      case String text ->
          Quoted.of(text.length() <= DESCRIBED_LENGTH ? text : text.substring(0, DESCRIBED_LENGTH))
              + (text.length() <= DESCRIBED_LENGTH ? "" : "… (" + text.length() + " characters)");
      case Long number when value.type == GgufType.UINT64 -> Long.toUnsignedString(number);
      case Double number when value.type == GgufType.FLOAT32 -> Float.toString(number.floatValue());
      default -> value.content.toString();
    };
  }
}
