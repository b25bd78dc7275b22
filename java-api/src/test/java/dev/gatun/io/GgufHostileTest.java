// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static dev.gatun.io.GgufBytes.ARRAY;
import static dev.gatun.io.GgufBytes.BOOL;
import static dev.gatun.io.GgufBytes.STRING;
import static dev.gatun.io.GgufBytes.UINT16;
import static dev.gatun.io.GgufBytes.UINT32;
import static dev.gatun.io.GgufBytes.UINT64;
import static dev.gatun.io.GgufBytes.UINT8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that lie: each must be refused with a sentence that names the place, or load. */
class GgufHostileTest {
  private static final int F32 = 0;
  private static final int Q4_0 = 2;

  @TempDir Path folder;

  private static GgufBytes v3(long tensors, long keys) {
    return new GgufBytes().header(3, tensors, keys);
  }

  /** Two tensors of 8 floats with their data; the base that most cases damage. */
  private static GgufBytes twoTensors(int alignment) {
    return v3(2, 1)
        .uint32("general.alignment", alignment)
        .tensor("a", F32, 0, 4, 2)
        .tensor("b", F32, Math.max(32, alignment), 8)
        .padTo(alignment)
        .zeros(32)
        .padTo(alignment)
        .zeros(32);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        // Header
        Arguments.of(
            "bad magic", "expected a GGUF file", new GgufBytes().u32(0x47474D4CL).zeros(20)),
        Arguments.of(
            "version 0", "version: expected 2 or 3, got 0", new GgufBytes().header(0, 0, 0)),
        Arguments.of(
            "version 1", "version: expected 2 or 3, got 1", new GgufBytes().header(1, 0, 0)),
        Arguments.of(
            "version 4", "version: expected 2 or 3, got 4", new GgufBytes().header(4, 0, 0)),
        Arguments.of("big endian", "big-endian", new GgufBytes().header(0x03000000, 0, 0)),
        Arguments.of("negative tensor count", "number of tensors", v3(-1, 0)),
        Arguments.of("tensor count beyond file", "number of tensors", v3(60_000, 0)),
        Arguments.of("huge tensor count", "number of tensors", v3(1L << 40, 0)),
        Arguments.of("negative key count", "number of keys", v3(0, -1)),
        Arguments.of("key count beyond file", "number of keys", v3(0, 60_000)),
        Arguments.of(
            "cut in the counts",
            "the file ends",
            new GgufBytes().u32(0x46554747L).u32(3).u64(0).u32(0)),
        // Keys
        Arguments.of("key longer than file", "key: name", v3(0, 1).u64(1 << 14).zeros(30)),
        Arguments.of("key length -1", "key: name", v3(0, 1).u64(-1).zeros(30)),
        Arguments.of("empty key", "an empty string", v3(0, 1).uint32("", 1).zeros(8)),
        Arguments.of("key with NUL", "NUL", v3(0, 1).uint32("a\0b", 1).zeros(8)),
        Arguments.of(
            "key not UTF-8",
            "UTF-8",
            v3(0, 1).u64(2).raw((byte) 0xC3, (byte) 0x28).u32(UINT32).u32(1).zeros(8)),
        Arguments.of("value type 13", "type: expected a type", v3(0, 1).key("k", 13).zeros(8)),
        Arguments.of("value type -1", "type: expected a type", v3(0, 1).key("k", -1).zeros(8)),
        Arguments.of("duplicate key", "unique keys", v3(0, 2).uint32("k", 1).uint32("k", 1)),
        Arguments.of("bool 2", "0 or 1", v3(0, 1).key("k", BOOL).u8(2).zeros(8)),
        Arguments.of(
            "string beyond file", "the file ends", v3(0, 1).key("k", STRING).u64(1000).zeros(8)),
        Arguments.of("string of 2^62", "at most", v3(0, 1).key("k", STRING).u64(1L << 62).zeros(8)),
        Arguments.of(
            "array of arrays",
            "array of arrays",
            v3(0, 1).key("k", ARRAY).u32(ARRAY).u64(1).u32(UINT8).u64(0)),
        Arguments.of(
            "array of type 99",
            "element type 99",
            v3(0, 1).key("k", ARRAY).u32(99).u64(1).zeros(8)),
        Arguments.of(
            "array beyond file",
            "the file ends",
            v3(0, 1).key("k", ARRAY).u32(UINT64).u64(1000).zeros(8)),
        Arguments.of(
            "strings beyond file",
            "the file ends",
            v3(0, 1).key("k", ARRAY).u32(STRING).u64(1000).zeros(8)),
        Arguments.of(
            "array count wraps",
            "array length",
            v3(0, 1).key("k", ARRAY).u32(UINT64).u64((1L << 61) + 1).zeros(8)),
        Arguments.of(
            "array count -1", "array length", v3(0, 1).key("k", ARRAY).u32(UINT8).u64(-1).zeros(8)),
        Arguments.of(
            "bool in array 7",
            "0 or 1",
            v3(0, 1).key("k", ARRAY).u32(BOOL).u64(2).u8(1).u8(7).zeros(8)),
        // Alignment
        Arguments.of("alignment 0", "general.alignment", v3(0, 1).uint32("general.alignment", 0)),
        Arguments.of("alignment 13", "general.alignment", v3(0, 1).uint32("general.alignment", 13)),
        Arguments.of(
            "alignment 2^31", "general.alignment", v3(0, 1).uint32("general.alignment", 1L << 31)),
        Arguments.of(
            "alignment of another type",
            "unsigned 32-bit",
            v3(0, 1).key("general.alignment", UINT16).u16(32)),
        // Tensors
        Arguments.of(
            "tensor name of 64 bytes",
            "tensor: name",
            v3(1, 0).tensor("n".repeat(64), F32, 0, 8).padTo(32).zeros(32)),
        Arguments.of(
            "empty tensor name", "name", v3(1, 0).tensor("", F32, 0, 8).padTo(32).zeros(64)),
        Arguments.of(
            "no dimensions",
            "number of dimensions",
            v3(1, 0).tensor("a", F32, 0).padTo(32).zeros(64)),
        Arguments.of(
            "five dimensions",
            "number of dimensions",
            v3(1, 0).tensor("a", F32, 0, 1, 1, 1, 1, 1).padTo(32).zeros(64)),
        Arguments.of(
            "negative dimension",
            "dimensions",
            v3(1, 0).tensor("a", F32, 0, -1).padTo(32).zeros(64)),
        Arguments.of(
            "product wraps to zero",
            "below 2^63",
            v3(1, 0).tensor("a", F32, 0, 1L << 32, 1L << 32).padTo(32).zeros(64)),
        Arguments.of(
            "product wraps negative",
            "below 2^63",
            v3(1, 0).tensor("a", F32, 0, Long.MAX_VALUE, 2, 1, 1).padTo(32).zeros(64)),
        Arguments.of(
            "zero hides overflow",
            "below 2^63",
            v3(1, 0).tensor("a", F32, 0, 1L << 62, 1L << 62, 0).padTo(32).zeros(64)),
        Arguments.of(
            "bytes wrap",
            "below 2^63",
            v3(1, 0).tensor("a", F32, 0, Long.MAX_VALUE / 2).padTo(32).zeros(64)),
        Arguments.of(
            "total wraps",
            "below 2^63",
            v3(2, 0)
                .tensor("a", 24, 0, Long.MAX_VALUE - 8)
                .tensor("b", 24, 0, 8)
                .padTo(32)
                .zeros(64)),
        Arguments.of(
            "row inside a block",
            "row length",
            v3(1, 0).tensor("a", Q4_0, 0, 16, 2).padTo(32).zeros(64)),
        Arguments.of(
            "duplicate tensor",
            "unique names",
            v3(2, 0).tensor("a", F32, 0, 8).tensor("a", F32, 32, 8).padTo(32).zeros(64)),
        Arguments.of(
            "offset not aligned",
            "offset: expected 32",
            v3(2, 0).tensor("a", F32, 0, 8).tensor("b", F32, 33, 8).padTo(32).zeros(96)),
        Arguments.of(
            "offset with a gap",
            "offset: expected 32",
            v3(2, 0).tensor("a", F32, 0, 8).tensor("b", F32, 64, 8).padTo(32).zeros(96)),
        Arguments.of(
            "overlapping offset",
            "offset: expected 32",
            v3(2, 0).tensor("a", F32, 0, 8).tensor("b", F32, 0, 8).padTo(32).zeros(96)),
        Arguments.of(
            "first offset not zero",
            "offset: expected 0",
            v3(1, 0).tensor("a", F32, 32, 8).padTo(32).zeros(96)),
        Arguments.of(
            "offset of another alignment",
            "offset: expected 64",
            v3(2, 1)
                .uint32("general.alignment", 64)
                .tensor("a", F32, 0, 8)
                .tensor("b", F32, 32, 8)
                .padTo(64)
                .zeros(128)),
        // Data
        Arguments.of("no data", "truncated", v3(1, 0).tensor("a", F32, 0, 8)),
        Arguments.of("no padding", "truncated", v3(1, 0).tensor("a", F32, 0, 8).zeros(32)),
        Arguments.of(
            "one byte short", "truncated", v3(1, 0).tensor("a", F32, 0, 8).padTo(32).zeros(31)),
        Arguments.of(
            "data for another alignment",
            "truncated",
            v3(1, 1).uint32("general.alignment", 4096).tensor("a", F32, 0, 8).padTo(32).zeros(64)),
        Arguments.of(
            "second tensor missing",
            "tensor \"b\"",
            v3(2, 0).tensor("a", F32, 0, 8).tensor("b", F32, 32, 8).padTo(32).zeros(32)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void namesTheFault(String name, String expected, GgufBytes content) throws IOException {
    Path file = Files.write(folder.resolve("model.gguf"), content.bytes());
    var error = assertThrows(ModelFormatException.class, () -> Gguf.open(file).close());
    assertTrue(error.getMessage().contains(expected), error.getMessage());
    assertTrue(error.getMessage().contains("model.gguf"), error.getMessage());
  }

  static Stream<Arguments> unsupported() {
    return Stream.of(4, 5, 31, 32, 33, 36, 37, 38, 9, 15, 42, 100, 9999, -1).map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("unsupported")
  void tensorTypesThatAreRemovedUnknownOrInMemoryOnly(int type) throws IOException {
    Path file =
        Files.write(
            folder.resolve("model.gguf"),
            v3(1, 0).tensor("a", type, 0, 256).padTo(32).zeros(2048).bytes());
    var error = assertThrows(UnsupportedModelException.class, () -> Gguf.open(file).close());
    assertTrue(error.getMessage().contains("tensor \"a\": type"), error.getMessage());
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        Arguments.of("empty header", 0, v3(0, 0)),
        Arguments.of("version 2", 0, new GgufBytes().header(2, 0, 0)),
        Arguments.of("keys only", 0, v3(0, 1).uint32("k", 1)),
        Arguments.of("empty array of strings", 0, v3(0, 1).key("k", ARRAY).u32(STRING).u64(0)),
        Arguments.of("default alignment", 1, v3(1, 0).tensor("a", F32, 0, 8).padTo(32).zeros(32)),
        Arguments.of(
            "alignment 1",
            1,
            v3(1, 1).uint32("general.alignment", 1).tensor("a", F32, 0, 8).zeros(32)),
        Arguments.of("two tensors", 2, twoTensors(32)),
        Arguments.of("alignment 64", 2, twoTensors(64)),
        Arguments.of(
            "zero dimension",
            2,
            v3(2, 0).tensor("a", F32, 0, 8, 0).tensor("b", F32, 0, 8).padTo(32).zeros(32)),
        Arguments.of(
            "bytes behind the data", 1, v3(1, 0).tensor("a", F32, 0, 8).padTo(32).zeros(100)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void loads(String name, int tensors, GgufBytes content) throws IOException {
    Path file = Files.write(folder.resolve("model.gguf"), content.bytes());
    try (Gguf gguf = Gguf.open(file)) {
      assertEquals(tensors, gguf.names().size());
    }
  }
}
