// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers that lie: each must be refused with a sentence that names the place, or load. */
class SafetensorsHostileTest {
  private static final String A =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";

  @TempDir Path folder;

  private Path file(byte[] content) throws IOException {
    return Files.write(folder.resolve("model.safetensors"), content);
  }

  /** The length of the header, the header, and so many bytes of data. */
  static byte[] content(String header, int dataBytes) {
    return content(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  private static byte[] content(byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .array();
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return String.format(
        "{\"a\":{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}}", dtype, shape, offsets);
  }

  private static Arguments refuse(String name, String expected, String header, int dataBytes) {
    return Arguments.of(name, expected, content(header, dataBytes));
  }

  private static byte[] withLength(long length) {
    return ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  static Stream<Arguments> refused() {
    String f32 = "\"F32\"";
    return Stream.of(
        Arguments.of("empty file", "empty file", new byte[0]),
        Arguments.of("seven bytes", "at least 8 bytes", new byte[7]),
        Arguments.of("length -1", "header length", withLength(-1)),
        Arguments.of("length of 100,000,001", "header length", withLength(100_000_001)),
        Arguments.of("length beyond file", "100 bytes in all", withLength(93)),
        Arguments.of("length wraps", "header length", withLength(Long.MAX_VALUE - 4)),
        Arguments.of("HTML", "HTML page", "<!DOCTYPE html><html>".getBytes(StandardCharsets.UTF_8)),
        refuse("empty header", "JSON object", "", 0),
        refuse("spaces only", "JSON object", "    ", 0),
        refuse("array", "JSON object", "[]", 0),
        refuse("byte order mark", "JSON object", "\uFEFF{}", 0),
        refuse("text before", "JSON object", "x{}", 0),
        refuse("text after", "valid JSON", "{}x", 0),
        refuse("second object", "after the JSON object", "{}{}", 0),
        refuse("NUL padding", "valid JSON", "{}\0\0", 0),
        refuse("cut", "valid JSON", A.substring(0, A.length() - 1), 8),
        Arguments.of("not UTF-8", "UTF-8", content(new byte[] {'{', '"', (byte) 0xC0, '"'}, 0)),
        Arguments.of("UTF-16", "JSON", content("{\0}\0".getBytes(StandardCharsets.UTF_8), 0)),
        refuse(
            "duplicate tensor",
            "uplicate",
            A.substring(0, A.length() - 1) + "," + A.substring(1),
            8),
        refuse(
            "duplicate field",
            "uplicate",
            "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            8),
        refuse(
            "escaped duplicate",
            "uplicate",
            A.substring(0, A.length() - 1)
                + ",\"\\u0061\":{\"dtype\":\"F32\",\"shape\":[0],"
                + "\"data_offsets\":[8,8]}}",
            8),
        refuse("deep nesting", "shape", tensor(f32, "[[[[[[2]]]]]]", "[0,8]"), 8),
        refuse("metadata of numbers", "__metadata__", "{\"__metadata__\":{\"a\":1}}", 0),
        refuse("metadata of objects", "__metadata__", "{\"__metadata__\":{\"a\":{}}}", 0),
        refuse("metadata is a string", "__metadata__", "{\"__metadata__\":\"a\"}", 0),
        refuse("tensor is a number", "an object", "{\"a\":1}", 0),
        refuse(
            "unknown field",
            "only dtype",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"file\":\"/etc\"}}",
            8),
        refuse("no dtype", "a dtype", "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}", 8),
        refuse("no shape", "a shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", 8),
        refuse("no offsets", "data_offsets", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8),
        refuse("dtype is a number", "a string", tensor("1", "[2]", "[0,8]"), 8),
        refuse("negative dimension", "shape", tensor(f32, "[-2]", "[0,8]"), 8),
        refuse("minus zero", "shape", tensor(f32, "[-0]", "[0,0]"), 0),
        refuse("fraction", "shape", tensor(f32, "[2.0]", "[0,8]"), 8),
        refuse("exponent", "shape", tensor(f32, "[2e0]", "[0,8]"), 8),
        refuse("leading zero", "valid JSON", tensor(f32, "[02]", "[0,8]"), 8),
        refuse("dimension of 2^63", "shape", tensor(f32, "[9223372036854775808]", "[0,8]"), 8),
        refuse("dimension is a string", "shape", tensor(f32, "[\"2\"]", "[0,8]"), 8),
        refuse("shape is a number", "shape", tensor(f32, "2", "[0,8]"), 8),
        refuse("nested shape", "shape", tensor(f32, "[[2]]", "[0,8]"), 8),
        refuse(
            "product overflows", "overflows", tensor(f32, "[4294967296,4294967296]", "[0,8]"), 8),
        refuse(
            "zero hides overflow",
            "overflows",
            tensor(f32, "[4611686018427387904,4,0]", "[0,0]"),
            0),
        refuse("bytes overflow", "overflows", tensor(f32, "[4611686018427387904]", "[0,8]"), 8),
        refuse("three F4 elements", "a multiple of 2", tensor("\"F4\"", "[3]", "[0,2]"), 2),
        refuse("six F6 elements", "a multiple of 4", tensor("\"F6_E2M3\"", "[6]", "[0,5]"), 5),
        refuse("one offset", "two numbers", tensor(f32, "[2]", "[8]"), 8),
        refuse("three offsets", "two numbers", tensor(f32, "[2]", "[0,8,8]"), 8),
        refuse("begin after end", "begin <= end", tensor(f32, "[2]", "[8,0]"), 8),
        refuse("end beyond data", "truncated", tensor(f32, "[2]", "[0,8]"), 7),
        refuse("bytes do not fit shape", "8 bytes for its dtype", tensor(f32, "[2]", "[0,4]"), 4),
        refuse("does not begin at zero", "to begin at 0", tensor(f32, "[1]", "[4,8]"), 8),
        refuse("tail", "8 bytes for all tensors", A, 9),
        refuse("data without tensors", "0 bytes for all tensors", "{}", 1),
        refuse("NUL in a name", "without NUL", A.replace("\"a\"", "\"\\u0000\""), 8),
        refuse(
            "name of 5000 bytes",
            "at most 4096",
            A.replace("\"a\"", "\"" + "n".repeat(5000) + "\""),
            8),
        refuse(
            "overlap",
            "to begin at 8",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}",
            8),
        refuse(
            "gap",
            "to begin at 8",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[9,17]}}",
            17));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void namesTheFault(String name, String expected, byte[] content) throws IOException {
    Path file = file(content);
    var error = assertThrows(ModelFormatException.class, () -> Safetensors.open(file).close());
    assertTrue(error.getMessage().contains(expected), error.getMessage());
    assertTrue(error.getMessage().contains("model.safetensors"), error.getMessage());
  }

  @Test
  void anUnknownDtypeIsUnsupportedAndNotMalformed() throws IOException {
    Path file = file(content(tensor("\"F3\"", "[2]", "[0,8]"), 8));
    var error = assertThrows(UnsupportedModelException.class, () -> Safetensors.open(file).close());
    assertTrue(error.getMessage().contains("dtype \"F3\""), error.getMessage());
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        Arguments.of("no tensors", 0, content("{}", 0)),
        Arguments.of("white space around", 1, content(" \n" + A + "\t \r\n", 8)),
        Arguments.of("scalar", 1, content(tensor("\"F32\"", "[]", "[0,4]"), 4)),
        Arguments.of("zero dimension", 1, content(tensor("\"F32\"", "[3,0]", "[0,0]"), 0)),
        Arguments.of("F4", 1, content(tensor("\"F4\"", "[4]", "[0,2]"), 2)),
        Arguments.of("F6", 1, content(tensor("\"F6_E3M2\"", "[8]", "[0,6]"), 6)),
        Arguments.of("C64", 1, content(tensor("\"C64\"", "[2]", "[0,16]"), 16)),
        Arguments.of("metadata", 0, content("{\"__metadata__\":{\"format\":\"pt\"}}", 0)),
        Arguments.of(
            "unsorted",
            2,
            content(
                "{\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}," + A.substring(1),
                9)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void loads(String name, int tensors, byte[] content) throws IOException {
    try (Safetensors file = Safetensors.open(file(content))) {
      assertEquals(tensors, file.names().size());
    }
  }
}
