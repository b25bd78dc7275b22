// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.tensor.DType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-f32", "gemma3-f32", "gpt2-f32", "llama-bf16", "llama-every-type", "llama-f16",
        "llama-f32", "llama-q4_0", "llama-q8_0", "qwen3-f32", "qwen3moe-f32", "t5-f32"
      })
  void readsTheGoldenFiles(String name) {
    Path file = Fixtures.golden("gguf/" + name + "/model.gguf");
    JsonConfig expected =
        JsonConfig.read(file.resolveSibling("expected.json")).requireNested("tensor_types");
    try (Gguf gguf = Gguf.open(file);
        Arena arena = Arena.ofConfined()) {
      assertEquals(3, gguf.version());
      assertEquals(expected.keys(), gguf.names());
      for (String tensor : gguf.names()) {
        TensorInfo info = gguf.info(tensor);
        assertEquals(expected.requireString(tensor), info.dtype().name());
        gguf.read(info, arena.allocate(info.byteLength()));
      }
    }
  }

  @Test
  void shapesAreRowMajorAndBytesAreThoseOfTheFile() throws IOException {
    Path file = Fixtures.golden("gguf/llama-f32/model.gguf");
    try (Gguf gguf = Gguf.open(file);
        Arena arena = Arena.ofConfined();
        RandomAccessFile raw = new RandomAccessFile(file.toFile(), "r")) {
      int vocabulary = gguf.metadata().arrayLength("tokenizer.ggml.tokens");
      int hidden = gguf.metadata().requireInt("llama.embedding_length");
      TensorInfo embedding = gguf.info("token_embd.weight");
      assertArrayEquals(new long[] {vocabulary, hidden}, embedding.shape());
      assertEquals(4L * vocabulary * hidden, embedding.byteLength());
      assertEquals(DType.F32, embedding.dtype());
      byte[] expected = new byte[(int) embedding.byteLength()];
      raw.seek(embedding.fileOffset());
      raw.readFully(expected);
      MemorySegment copy = arena.allocate(embedding.byteLength());
      gguf.read(embedding, copy);
      assertArrayEquals(expected, copy.toArray(ValueLayout.JAVA_BYTE));
      MemorySegment part = arena.allocate(8);
      gguf.read(embedding, 16, 8, part);
      assertEquals(-1, part.mismatch(copy.asSlice(16, 8)));
    }
  }

  @Test
  void typedGettersRefuseOtherTypes() throws IOException {
    GgufBytes content =
        new GgufBytes()
            .header(3, 0, 10)
            .uint32("int", 7)
            .key("long", GgufBytes.UINT64)
            .u64(-1)
            .key("float", GgufBytes.FLOAT32)
            .f32(0.5f)
            .key("nan", GgufBytes.FLOAT32)
            .f32(Float.NaN)
            .key("text", GgufBytes.STRING)
            .text("grüße")
            .key("flag", GgufBytes.BOOL)
            .u8(1)
            .key("ints", GgufBytes.ARRAY)
            .u32(GgufBytes.INT32)
            .u64(2)
            .u32(-3)
            .u32(4)
            .key("floats", GgufBytes.ARRAY)
            .u32(GgufBytes.FLOAT32)
            .u64(1)
            .f32(1.5f)
            .key("texts", GgufBytes.ARRAY)
            .u32(GgufBytes.STRING)
            .u64(3)
            .text("a")
            .text("")
            .text("ж")
            .key("bytes", GgufBytes.ARRAY)
            .u32(GgufBytes.UINT8)
            .u64(2)
            .u8(1)
            .u8(255);
    Path file = Files.write(folder.resolve("m.gguf"), content.bytes());
    GgufMetadata metadata;
    try (Gguf gguf = Gguf.open(file)) {
      metadata = gguf.metadata();
    }
    assertEquals(7, metadata.requireInt("int"));
    assertEquals(0.5, metadata.requireDouble("float"));
    assertEquals("grüße", metadata.requireString("text"));
    assertTrue(metadata.requireBool("flag"));
    assertArrayEquals(new int[] {-3, 4}, metadata.requireInts("ints"));
    assertArrayEquals(new float[] {1.5f}, metadata.requireFloats("floats"));
    assertArrayEquals(new String[] {"a", "", "ж"}, metadata.requireStrings("texts"));
    assertArrayEquals(new byte[] {1, -1}, metadata.requireBytes("bytes"));
    assertArrayEquals(new int[] {7, 7, 7}, metadata.requireIntPerLayer("int", 3));
    assertEquals(9, metadata.intOr("absent", 9));
    assertFalse(metadata.optionalInt("absent").isPresent());
    Stream.<Runnable>of(
            () -> metadata.requireInt("absent"),
            () -> metadata.requireInt("text"),
            () -> metadata.requireInt("ints"),
            () -> metadata.requireLong("long"),
            () -> metadata.requireDouble("int"),
            () -> metadata.requireDouble("nan"),
            () -> metadata.requireString("int"),
            () -> metadata.requireBool("int"),
            () -> metadata.requireStrings("ints"),
            () -> metadata.requireInts("texts"),
            () -> metadata.requireInts("int"),
            () -> metadata.requireFloats("ints"),
            () -> metadata.requireBytes("ints"),
            () -> metadata.requireIntPerLayer("ints", 3))
        .forEach(wrong -> {
          String message = assertThrows(ModelFormatException.class, wrong::run).getMessage();
          assertTrue(message.matches("(?s).*m\\.gguf: .+: expected .+, got .+"), message);
        });
  }

  @Test
  void stringsThatAreNotUtf8AreRefusedWhenAskedFor() throws IOException {
    GgufBytes content =
        new GgufBytes()
            .header(3, 0, 1)
            .key("t", GgufBytes.ARRAY)
            .u32(GgufBytes.STRING)
            .u64(1)
            .u64(1)
            .u8(0xFF);
    Path file = Files.write(folder.resolve("m.gguf"), content.bytes());
    try (Gguf gguf = Gguf.open(file)) {
      assertThrows(ModelFormatException.class, () -> gguf.metadata().requireStrings("t"));
    }
  }

  private static byte[] part(int number, int count, int tensorsInAll, String tensor) {
    return new GgufBytes()
        .header(3, 1, 3)
        .key("split.no", GgufBytes.UINT16)
        .u16(number)
        .key("split.count", GgufBytes.UINT16)
        .u16(count)
        .key("split.tensors.count", GgufBytes.INT32)
        .u32(tensorsInAll)
        .tensor(tensor, 0, 0, 8)
        .padTo(32)
        .f32(number)
        .zeros(28)
        .bytes();
  }

  @Test
  void opensSplitModelsByAnyPart() throws IOException {
    Path first = Files.write(folder.resolve("m-00001-of-00002.gguf"), part(0, 2, 2, "a"));
    Path second = Files.write(folder.resolve("m-00002-of-00002.gguf"), part(1, 2, 2, "b"));
    for (Path path : new Path[] {first, second}) {
      try (Gguf gguf = Gguf.open(path);
          Arena arena = Arena.ofConfined()) {
        assertEquals(2, gguf.fileCount());
        assertEquals(2, gguf.names().size());
        MemorySegment data = arena.allocate(32);
        gguf.read(gguf.info("b"), data);
        assertEquals(1f, data.get(ValueLayout.JAVA_FLOAT, 0));
      }
    }
  }

  @Test
  void refusesPartsThatDoNotBelongTogether() throws IOException {
    Path first = Files.write(folder.resolve("m-00001-of-00002.gguf"), part(0, 2, 2, "a"));
    Path second = folder.resolve("m-00002-of-00002.gguf");
    assertTrue(refusal(first).contains("missing"), refusal(first));
    Files.write(second, part(0, 2, 2, "b"));
    assertTrue(refusal(first).contains("split.no"), refusal(first));
    Files.write(second, part(1, 2, 2, "a"));
    assertTrue(refusal(first).contains("unique names"), refusal(first));
    Files.write(second, part(1, 3, 2, "b"));
    assertTrue(refusal(first).contains("split.count"), refusal(first));
    Files.write(first, part(0, 2, 7, "a"));
    Files.write(second, part(1, 2, 7, "b"));
    assertTrue(refusal(first).contains("split.tensors.count"), refusal(first));
    Path renamed = Files.move(first, folder.resolve("renamed.gguf"));
    assertTrue(refusal(renamed).contains("keep the parts' names"), refusal(renamed));
  }

  private static String refusal(Path path) {
    return assertThrows(ModelFormatException.class, () -> Gguf.open(path).close()).getMessage();
  }

  @Test
  void aFileThatShrinksIsAnErrorAndNotAFault() throws IOException {
    Path file = folder.resolve("m.gguf");
    Files.copy(Fixtures.golden("gguf/llama-f32/model.gguf"), file);
    try (Gguf gguf = Gguf.open(file);
        Arena arena = Arena.ofConfined()) {
      try (RandomAccessFile shrink = new RandomAccessFile(file.toFile(), "rw")) {
        shrink.setLength(gguf.info("token_embd.weight").fileOffset() + 10);
      }
      TensorInfo info = gguf.info("token_embd.weight");
      MemorySegment target = arena.allocate(info.byteLength());
      var error = assertThrows(ModelFormatException.class, () -> gguf.read(info, target));
      assertTrue(error.getMessage().contains("became shorter"), error.getMessage());
    }
  }

  @Test
  void readChecksItsArguments() {
    try (Gguf gguf = Gguf.open(Fixtures.golden("gguf/llama-f32/model.gguf"));
        Gguf other = Gguf.open(Fixtures.golden("gguf/llama-f16/model.gguf"));
        Arena arena = Arena.ofConfined()) {
      TensorInfo info = gguf.info("token_embd.weight");
      MemorySegment small = arena.allocate(info.byteLength() - 1);
      MemorySegment right = arena.allocate(info.byteLength());
      assertThrows(IllegalArgumentException.class, () -> gguf.read(info, small));
      assertThrows(IllegalArgumentException.class, () -> gguf.read(info, right.asReadOnly()));
      assertThrows(IllegalArgumentException.class, () -> other.read(info, right));
      assertThrows(
          IllegalArgumentException.class, () -> gguf.read(info, 8, info.byteLength(), right));
      assertThrows(IllegalArgumentException.class, () -> gguf.read(info, -8, 4, right));
      assertThrows(ModelFormatException.class, () -> gguf.info("no such tensor"));
      Runnable close = gguf::close;
      close.run();
      close.run();
      assertThrows(IllegalStateException.class, () -> gguf.read(info, right));
    }
  }
}
