// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages small files in thousands of ways: a reader may refuse with its own exceptions or load,
 * nothing else. What loads must be readable to its last byte.
 */
class MutationTest {
  private static final int MUTATIONS = 10_000;
  private static final long SEED = 20_260_101L;
  private static final long MAX_HEAP_GROWTH = 64L << 20;
  // Numbers that break arithmetic: signs, powers of two and their neighbours.
  private static final long[] HOSTILE = {
    0,
    1,
    -1,
    7,
    0x7F,
    0xFF,
    0xFFFF,
    1L << 31,
    (1L << 31) - 1,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 7,
    1L << 61,
    1L << 62
  };

  @TempDir Path folder;

  private static byte[] gguf() {
    return new GgufBytes()
        .header(3, 3, 6)
        .uint32("general.alignment", 32)
        .key("general.architecture", GgufBytes.STRING)
        .text("llama")
        .key("tokens", GgufBytes.ARRAY)
        .u32(GgufBytes.STRING)
        .u64(3)
        .text("a")
        .text("bc")
        .text("ж")
        .key("types", GgufBytes.ARRAY)
        .u32(GgufBytes.INT32)
        .u64(3)
        .u32(1)
        .u32(2)
        .u32(3)
        .key("flag", GgufBytes.BOOL)
        .u8(1)
        .key("eps", GgufBytes.FLOAT32)
        .f32(1e-5f)
        .tensor("token_embd.weight", 0, 0, 8, 3)
        .tensor("q.weight", 2, 96, 32, 2)
        .tensor("norm", 1, 160, 4)
        .padTo(32)
        .zeros(192)
        .bytes();
  }

  private static byte[] safetensors() {
    return SafetensorsHostileTest.content(
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[24,32]}} ",
        32);
  }

  private static byte[] json() {
    return ("{\"model_type\":\"llama\",\"hidden_size\":64,\"rope_scaling\":{\"factor\":8.0},"
            + "\"eos_token_id\":[1,2],\"eps\":1e-05,\"tie\":false,\"none\":null}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, 1 + at);
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(40));
        case 4 -> {
          long value = HOSTILE[random.nextInt(HOSTILE.length)];
          for (int i = 0; i < 8 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >>> (8 * i));
          }
        }
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(24), bytes.length - Math.max(from, at));
          System.arraycopy(bytes, from, bytes, at, length);
        }
      }
    }
    return bytes;
  }

  private void survives(String name, byte[] original, Function<Path, AutoCloseable> reader)
      throws Exception {
    reader.apply(Files.write(folder.resolve(name), original)).close();
    Random random = new Random(SEED);
    System.gc();
    long before = usedHeap();
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] content = mutate(original, random);
      Path file = Files.write(folder.resolve(name), content);
      try (AutoCloseable opened = reader.apply(file)) {
        assertTrue(opened != null);
      } catch (ModelFormatException | UnsupportedModelException expected) {
        refused++;
      } catch (Exception | Error e) {
        fail("seed " + SEED + ", mutation " + i + " of " + name + ": " + e, e);
      }
    }
    System.gc();
    assertTrue(refused > MUTATIONS / 10, "the mutations must hurt: refused " + refused);
    assertTrue(usedHeap() - before < MAX_HEAP_GROWTH, "heap grew from " + before);
  }

  private static long usedHeap() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static TensorSource readAll(TensorSource source) {
    try (Arena arena = Arena.ofConfined()) {
      for (String name : source.names()) {
        TensorInfo info = source.info(name);
        MemorySegment target = arena.allocate(Math.max(1, info.byteLength()));
        source.read(info, target);
      }
    }
    return source;
  }

  private static AutoCloseable readGguf(Path file) {
    Gguf gguf = Gguf.open(file);
    try {
      GgufMetadata metadata = gguf.metadata();
      metadata.keys().forEach(metadata::describe);
      if (metadata.isArray("tokens")) {
        metadata.requireStrings("tokens");
      }
      return readAll(gguf);
    } catch (Throwable e) {
      gguf.close();
      throw e;
    }
  }

  private static AutoCloseable readJson(Path file) {
    JsonConfig config = JsonConfig.read(file);
    config.intOr("hidden_size", 0);
    config.nested("rope_scaling").ifPresent(rope -> rope.doubleOr("factor", 1));
    config.ints("eos_token_id");
    config.doubleOr("eps", 0);
    config.boolOr("tie", true);
    return () -> {};
  }

  @Test
  void damagedGguf() throws Exception {
    survives("m.gguf", gguf(), MutationTest::readGguf);
  }

  @Test
  void damagedSafetensors() throws Exception {
    survives("m.safetensors", safetensors(), file -> readAll(Safetensors.open(file)));
  }

  @Test
  void damagedConfig() throws Exception {
    survives("config.json", json(), MutationTest::readJson);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] gguf = gguf();
    byte[] safetensors = safetensors();
    for (int length = 0; length < gguf.length - 24; length++) {
      Path file = Files.write(folder.resolve("t.gguf"), Arrays.copyOf(gguf, length));
      try (Gguf opened = Gguf.open(file)) {
        fail(length + " of " + gguf.length + " bytes opened as " + opened.names());
      } catch (ModelFormatException expected) {
        assertTrue(expected.getMessage().contains("t.gguf"));
      }
    }
    for (int length = 0; length < safetensors.length; length++) {
      Path file = Files.write(folder.resolve("t.safetensors"), Arrays.copyOf(safetensors, length));
      try (Safetensors opened = Safetensors.open(file)) {
        fail(length + " of " + safetensors.length + " bytes opened as " + opened.names());
      } catch (ModelFormatException expected) {
        assertTrue(expected.getMessage().contains("t.safetensors"));
      }
    }
  }
}
