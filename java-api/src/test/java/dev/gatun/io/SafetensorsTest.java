// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gatun.tensor.DType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  private static MemorySegment floats(float... values) {
    return MemorySegment.ofArray(values);
  }

  private static float[] read(TensorSource source, String name) {
    try (Arena arena = Arena.ofConfined()) {
      TensorInfo info = source.info(name);
      MemorySegment copy = arena.allocate(Math.max(4, info.byteLength()), 4);
      source.read(info, copy);
      return copy.asSlice(0, info.byteLength()).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private void write(String name, String... tensors) {
    SafetensorsWriter writer = new SafetensorsWriter().putMetadata("file", name);
    for (String tensor : tensors) {
      writer.put(tensor, DType.F32, new long[] {1}, floats(tensor.hashCode()));
    }
    writer.write(folder.resolve(name));
  }

  @Test
  void writesWhatItReads() throws IOException {
    Path file = folder.resolve("out.safetensors");
    Files.writeString(file, "an older file");
    new SafetensorsWriter()
        .putMetadata("format", "pt")
        .put("matrix", DType.F32, new long[] {2, 3}, floats(1, 2, 3, 4, 5, 6))
        .put("scalar", DType.F32, new long[0], floats(-0.5f))
        .put("none", DType.F32, new long[] {0, 7}, floats())
        .put(
            "odd \"name\" ü", DType.U8, new long[] {3}, MemorySegment.ofArray(new byte[] {1, 2, 3}))
        .write(file);
    try (Safetensors read = Safetensors.open(file)) {
      assertEquals(Map.of("format", "pt"), read.metadata());
      assertEquals(Set.of("matrix", "scalar", "none", "odd \"name\" ü"), read.names());
      assertArrayEquals(new long[] {2, 3}, read.info("matrix").shape());
      assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, read(read, "matrix"));
      assertArrayEquals(new float[] {-0.5f}, read(read, "scalar"));
      assertEquals(1, read.info("scalar").elementCount());
      assertEquals(0, read.info("none").byteLength());
      assertEquals(0, read.info("matrix").fileOffset() % 8);
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList(), "no temporary file stays");
    }
  }

  @Test
  void theWriterRefusesWhatWouldNotRead() {
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.put("a", DType.F32, new long[] {1}, floats(1));
    long[] two = {2};
    assertThrows(
        IllegalArgumentException.class, () -> writer.put("a", DType.F32, two, floats(1, 2)));
    assertThrows(IllegalArgumentException.class, () -> writer.put("b", DType.F32, two, floats(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> writer.put("__metadata__", DType.F32, two, floats(1, 2)));
    assertThrows(
        IllegalArgumentException.class, () -> writer.put("c", DType.Q4_0, two, floats(1, 2)));
  }

  @Test
  void readsGoldenModels() {
    for (String model : List.of("llama3", "bert", "gpt2", "gemma3", "quant")) {
      Path path = Fixtures.golden(model);
      Path file = model.equals("quant") ? path.resolve("Q4_K.safetensors") : path;
      try (Safetensors source = Safetensors.open(file)) {
        assertFalse(source.names().isEmpty());
        source.names().forEach(name -> readAll(source, source.info(name)));
      }
    }
  }

  private static void readAll(TensorSource source, TensorInfo info) {
    try (Arena arena = Arena.ofConfined()) {
      source.read(info, arena.allocate(Math.max(1, info.byteLength())));
    }
  }

  private Path index(String json) throws IOException {
    return Files.writeString(folder.resolve("model.safetensors.index.json"), json);
  }

  @Test
  void readsShards() throws IOException {
    write("model-00001-of-00002.safetensors", "a", "b");
    write("model-00002-of-00002.safetensors", "c", "extra");
    index(
        "{\"metadata\":{\"total_size\":12},\"weight_map\":{"
            + "\"c\":\"model-00002-of-00002.safetensors\","
            + "\"a\":\"model-00001-of-00002.safetensors\","
            + "\"b\":\"model-00001-of-00002.safetensors\"}}");
    try (Safetensors source = Safetensors.open(folder)) {
      assertEquals(Set.of("a", "b", "c"), source.names());
      for (String name : source.names()) {
        assertArrayEquals(new float[] {name.hashCode()}, read(source, name));
      }
    }
  }

  private String refusal() {
    return assertThrows(ModelFormatException.class, () -> Safetensors.open(folder).close())
        .getMessage();
  }

  @Test
  void refusesIndexFilesThatLie() throws IOException {
    write("one.safetensors", "a");
    index("{\"weight_map\":{\"b\":\"one.safetensors\"}}");
    assertTrue(refusal().contains("expected tensor \"b\" in one.safetensors"), refusal());
    index("{\"weight_map\":{\"a\":\"two.safetensors\"}}");
    assertTrue(refusal().contains("missing"), refusal());
    index("{\"weight_map\":{\"a\":1}}");
    assertTrue(refusal().contains("weight_map.a"), refusal());
    index("{\"weight_map\":{}}");
    assertTrue(refusal().contains("got none"), refusal());
    index("{}");
    assertTrue(refusal().contains("weight_map"), refusal());
    index("{\"weight_map\":{\"a\":\"one.safetensors\",\"a\":\"one.safetensors\"}}");
    assertTrue(refusal().contains("uplicate"), refusal());
    for (String name :
        List.of(
            "../one.safetensors", "/etc/passwd", "x/one.safetensors", "..", "", "a\\\\b", "c:x")) {
      index("{\"weight_map\":{\"a\":\"" + name + "\"}}");
      assertTrue(refusal().contains("bare name"), refusal());
    }
  }

  @Test
  void followsLinksOnlyInsideTheModel() throws IOException {
    Path cache = Files.createDirectories(folder.resolve("models--x--y"));
    Path blobs = Files.createDirectories(cache.resolve("blobs"));
    Path snapshot = Files.createDirectories(cache.resolve("snapshots").resolve("1234"));
    write("models--x--y/blobs/abcd", "a");
    Files.createSymbolicLink(snapshot.resolve("one.safetensors"), blobs.resolve("abcd"));
    Path index = snapshot.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\":{\"a\":\"one.safetensors\"}}");
    try (Safetensors source = Safetensors.open(snapshot)) {
      assertEquals(Set.of("a"), source.names());
    }
    write("elsewhere.safetensors", "a");
    Files.delete(snapshot.resolve("one.safetensors"));
    Files.createSymbolicLink(
        snapshot.resolve("one.safetensors"), folder.resolve("elsewhere.safetensors"));
    var error = assertThrows(ModelFormatException.class, () -> Safetensors.open(snapshot).close());
    assertTrue(error.getMessage().contains("links outside"), error.getMessage());
  }
}
