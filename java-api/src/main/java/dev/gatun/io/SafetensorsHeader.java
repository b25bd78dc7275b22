// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import dev.gatun.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The header of one safetensors file: an unsigned 64-bit length N, N bytes of JSON, then the data.
 * Strict where the format's reference reader is lax (duplicate keys, number syntax), lax only where
 * it is too (white space around the JSON object).
 */
final class SafetensorsHeader {
  static final long MAX_HEADER_BYTES = 100_000_000;
  static final int MAX_TENSORS = 1 << 20;
  static final int MAX_NAME_BYTES = 4096;
  private static final int MAX_RANK = 64;
  private static final String METADATA = "__metadata__";

  private final Path path;
  private final JsonParser json;
  private final long dataStart;
  private final long dataBytes;
  private final List<TensorInfo> tensors = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Set<String> keys = new HashSet<>();

  private SafetensorsHeader(Path path, JsonParser json, long dataStart, long dataBytes) {
    this.path = path;
    this.json = json;
    this.dataStart = dataStart;
    this.dataBytes = dataBytes;
  }

  /** In the order of the data. */
  List<TensorInfo> tensors() {
    return tensors;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  static SafetensorsHeader read(FileBytes file) {
    Path path = file.path();
    if (file.length() < 8) {
      throw notSafetensors(file, "at least 8 bytes, got " + file.length());
    }
    long size = ByteBuffer.wrap(file.read(0, 8)).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (size < 0 || size > MAX_HEADER_BYTES) {
      throw notSafetensors(
          file,
          "a header length of at most "
              + MAX_HEADER_BYTES
              + ", got "
              + Long.toUnsignedString(size));
    }
    long dataStart = CheckedMath.add(8, size);
    if (dataStart > file.length()) {
      throw notSafetensors(
          file, "a header of " + size + " bytes, the file has " + file.length() + " bytes in all");
    }
    CharBuffer text = Json.decode(path, "the header", file.read(8, (int) size));
    try (JsonParser json = Json.headerParser(text)) {
      SafetensorsHeader header =
          new SafetensorsHeader(path, json, dataStart, file.length() - dataStart);
      header.checkStart(text);
      header.parse();
      header.checkLayout();
      return header;
    } catch (JacksonException e) {
      throw Json.malformed(path, e);
    }
  }

  private static ModelFormatException notSafetensors(FileBytes file, String expected) {
    FileKind kind = FileKind.of(file);
    String got =
        switch (kind) {
          case SAFETENSORS, UNKNOWN -> "; the file is truncated or not safetensors, fetch it again";
          default -> ": this is " + kind.description();
        };
    return new ModelFormatException(file.path() + ": header: expected " + expected + got);
  }

  private void checkStart(CharBuffer text) {
    int i = 0;
    while (i < text.length() && " \t\r\n".indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    if (i == text.length() || text.charAt(i) != '{') {
      throw error("header", "a JSON object", i == text.length() ? "nothing" : "another character");
    }
  }

  private void parse() {
    json.nextToken();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      if (!keys.add(key)) {
        throw error("header", "unique names", "a second " + Quoted.of(key));
      }
      json.nextToken();
      if (key.equals(METADATA)) {
        parseMetadata();
      } else {
        parseTensor(key);
      }
    }
    if (json.nextToken() != null) {
      throw error("header", "nothing after the JSON object", "more text");
    }
  }

  private void parseMetadata() {
    expect(json.currentToken() == JsonToken.START_OBJECT, METADATA, "an object of strings");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      expect(json.nextToken() == JsonToken.VALUE_STRING, METADATA, "an object of strings");
      metadata.put(key, json.getString());
    }
  }

  private void parseTensor(String name) {
    checkName(name);
    String field = "tensor " + Quoted.of(name);
    if (tensors.size() == MAX_TENSORS) {
      throw error("header", "at most " + MAX_TENSORS + " tensors", "more");
    }
    expect(json.currentToken() == JsonToken.START_OBJECT, field, "an object");
    DType dtype = null;
    long[] shape = null;
    long[] offsets = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = parseDtype(field);
        case "shape" -> shape = parseNumbers(field + ": shape");
        case "data_offsets" -> offsets = parseNumbers(field + ": data_offsets");
        default -> throw error(field, "only dtype, shape and data_offsets", Quoted.of(key));
      }
    }
    expect(dtype != null, field, "a dtype");
    expect(shape != null, field, "a shape");
    expect(offsets != null && offsets.length == 2, field, "data_offsets of two numbers");
    add(name, field, dtype, shape, offsets[0], offsets[1]);
  }

  private void add(String name, String field, DType dtype, long[] shape, long begin, long end) {
    if (begin > end || end > dataBytes) {
      throw error(
          field + ": data_offsets",
          "begin <= end <= " + dataBytes + " (the bytes of data in the file)",
          "[" + begin + ", " + end + "]; the file is truncated or damaged, fetch it again");
    }
    long elements = elements(field, shape);
    if (elements % dtype.blockElements() != 0) {
      throw error(
          field + ": shape",
          "a multiple of " + dtype.blockElements() + " elements for " + dtype,
          elements + " elements");
    }
    long bytes = bytes(field, dtype, elements);
    if (end - begin != bytes) {
      throw error(
          field + ": data_offsets",
          bytes + " bytes for its dtype and shape",
          end - begin + " bytes");
    }
    tensors.add(new TensorInfo(name, dtype, shape, dataStart + begin, bytes, path));
  }

  private long elements(String field, long[] shape) {
    try {
      return CheckedMath.elements(shape);
    } catch (ArithmeticException e) {
      throw new ModelFormatException(path + ": " + field + ": shape: the product overflows", e);
    }
  }

  private long bytes(String field, DType dtype, long elements) {
    try {
      return dtype.byteSize(elements);
    } catch (ArithmeticException e) {
      throw new ModelFormatException(path + ": " + field + ": the size in bytes overflows", e);
    }
  }

  private void checkName(String name) {
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES || name.indexOf('\0') >= 0) {
      throw error(
          "tensor name", "at most " + MAX_NAME_BYTES + " bytes without NUL", Quoted.of(name));
    }
  }

  private DType parseDtype(String field) {
    expect(json.currentToken() == JsonToken.VALUE_STRING, field + ": dtype", "a string");
    String name = json.getString();
    return DType.findSafetensors(name)
        .orElseThrow(() ->
            new UnsupportedModelException(
                path
                    + ": "
                    + field
                    + ": dtype "
                    + Quoted.of(name)
                    + " is unknown; save the model in F32, F16 or BF16"));
  }

  /** Non-negative integers in plain notation: no sign, fraction or exponent. */
  private long[] parseNumbers(String field) {
    String expected = "an array of integers from 0 to 2^63-1";
    expect(json.currentToken() == JsonToken.START_ARRAY, field, expected);
    long[] numbers = new long[MAX_RANK];
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken() == JsonToken.VALUE_NUMBER_INT, field, expected);
      String digits = json.getString();
      expect(digits.charAt(0) != '-', field, expected);
      if (count == MAX_RANK) {
        throw error(field, "at most " + MAX_RANK + " numbers", "more");
      }
      try {
        numbers[count++] = Long.parseLong(digits);
      } catch (NumberFormatException e) {
        throw new ModelFormatException(
            path + ": " + field + ": expected " + expected + ", got " + Quoted.of(digits), e);
      }
    }
    return Arrays.copyOf(numbers, count);
  }

  /** The data must be covered exactly: an overlap or a gap can hide or multiply content. */
  private void checkLayout() {
    tensors.sort(
        Comparator.comparingLong(TensorInfo::fileOffset).thenComparingLong(TensorInfo::byteLength));
    long position = dataStart;
    for (TensorInfo info : tensors) {
      if (info.fileOffset() != position) {
        throw error(
            "tensor " + Quoted.of(info.name()) + ": data_offsets",
            "to begin at " + (position - dataStart) + ", where the tensor before it ends",
            String.valueOf(info.fileOffset() - dataStart));
      }
      position = CheckedMath.add(position, info.byteLength());
    }
    if (position - dataStart != dataBytes) {
      throw error("data", (position - dataStart) + " bytes for all tensors", dataBytes + " bytes");
    }
  }

  private void expect(boolean condition, String field, String expected) {
    if (!condition) {
      JsonToken token = json.currentToken();
      throw error(field, expected, token == null ? "the end" : describe(token));
    }
  }

  private String describe(JsonToken token) {
    return token.isScalarValue() ? Quoted.of(json.getString()) : token.toString();
  }

  private ModelFormatException error(String field, String expected, String got) {
    return new ModelFormatException(
        path + ": " + field + ": expected " + expected + ", got " + got);
  }
}
