// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private static final int PIECES = 12;
  private static final int PIECE_BYTES = 40;
  private static final List<String> NAMES = List.of("parameters", "optimizer", "state");

  @TempDir Path folder;

  private static byte[] bytes(long step, String name) {
    byte[] bytes = new byte[PIECES * PIECE_BYTES];
    new Random(31 * step + name.hashCode()).nextBytes(bytes);
    return bytes;
  }

  private static Map<String, CheckpointStore.Content> files(long step) {
    Map<String, CheckpointStore.Content> files = new LinkedHashMap<>();
    for (String name : NAMES) {
      byte[] all = bytes(step, name);
      files.put(
          name,
          out -> {
            for (int i = 0; i < PIECES; i++) {
              out.write(ByteBuffer.wrap(all, i * PIECE_BYTES, PIECE_BYTES));
            }
          });
    }
    return files;
  }

  /** Writes the checkpoints of steps 1 to 5, keeping two; returns the last that was complete. */
  private static long run(Path root, Storage storage) {
    CheckpointStore store = new CheckpointStore(root, 2, storage);
    long complete = 0;
    try {
      for (long step = 1; step <= 5; step++) {
        store.write(step, files(step));
        complete = step;
      }
    } catch (FaultyStorage.Died e) {
      return complete;
    }
    return complete;
  }

  private static long stepOf(Path checkpoint) throws IOException {
    long step = Manifest.read(checkpoint).step();
    for (String name : NAMES) {
      assertArrayEquals(bytes(step, name), Files.readAllBytes(checkpoint.resolve(name)));
    }
    return step;
  }

  /** Without forcing, which takes most of the time. */
  private static CheckpointStore reopened(Path root) {
    return new CheckpointStore(root, 2, FaultyStorage.dyingAt(Long.MAX_VALUE));
  }

  @Test
  void keepsTheLastOnes() throws IOException {
    assertEquals(5, run(folder, new DiskStorage()));
    try (Stream<Path> children = Files.list(folder)) {
      assertEquals(
          List.of("step-0000000004", "step-0000000005"),
          children.map(child -> child.getFileName().toString()).sorted().toList());
    }
    assertEquals(5, stepOf(reopened(folder).newest().checkpoint().orElseThrow()));
  }

  @Test
  void survivesADeathAtEveryOperation() throws IOException {
    FaultyStorage all = FaultyStorage.dyingAt(Long.MAX_VALUE);
    run(folder.resolve("all"), all);
    assertTrue(all.operations() >= 200, "only " + all.operations() + " operations");
    for (long k = 0; k < all.operations(); k++) {
      Path root = folder.resolve("at-" + k);
      long complete = run(root, FaultyStorage.dyingAt(k));
      CheckpointStore store = reopened(root);
      CheckpointStore.Search search = store.newest();
      assertEquals(List.of(), search.damaged(), "death at operation " + k);
      if (complete > 0) {
        long step = stepOf(search.checkpoint().orElseThrow());
        // The manifest of the next one may have been there already.
        assertTrue(step == complete || step == complete + 1, k + ": " + step + ", " + complete);
      }
      // The next run goes on as if nothing had happened, and leaves no rubbish.
      store.write(6, files(6));
      store.write(7, files(7));
      assertEquals(7, stepOf(store.newest().checkpoint().orElseThrow()));
      try (Stream<Path> children = Files.list(root)) {
        assertEquals(2, children.count());
      }
    }
  }

  @Test
  void aFullDiskLeavesTheOneBefore() throws IOException {
    CheckpointStore good = reopened(folder);
    good.write(1, files(1));
    long size = 3L * PIECES * PIECE_BYTES;
    for (long capacity = 0; capacity < size; capacity += 97) {
      CheckpointStore full = new CheckpointStore(folder, 2, FaultyStorage.ofCapacity(capacity));
      String message =
          assertThrows(CheckpointException.class, () -> full.write(2, files(2))).getMessage();
      assertTrue(message.contains("No space left on device"), message);
      assertTrue(message.contains("step-0000000001, which is complete"), message);
      assertEquals(1, stepOf(good.newest().checkpoint().orElseThrow()));
      try (Stream<Path> children = Files.list(folder)) {
        assertEquals(1, children.count(), "the incomplete one is removed");
      }
    }
  }

  @Test
  void findsDamage() throws IOException {
    run(folder, new DiskStorage());
    Path newest = folder.resolve("step-0000000005");
    byte[] bytes = Files.readAllBytes(newest.resolve("optimizer"));
    bytes[100] ^= 1;
    Files.write(newest.resolve("optimizer"), bytes);
    CheckpointStore.Search search = reopened(folder).newest();
    assertEquals(4, stepOf(search.checkpoint().orElseThrow()));
    assertTrue(
        search.damaged().getFirst().endsWith("optimizer: its SHA-256 is not that of the manifest"),
        search.damaged().toString());
    Path older = folder.resolve("step-0000000004");
    Files.write(older.resolve("state"), new byte[7]);
    assertTrue(reopened(folder).newest().damaged().get(1).contains("expected 480 bytes, got 7"));
    Files.writeString(newest.resolve(Manifest.NAME), "{\"format\": \"gatun-checkpoint-1\"");
    assertEquals(2, reopened(folder).newest().damaged().size());
    assertTrue(reopened(folder).newest().checkpoint().isEmpty());
  }

  @Test
  void refusesNamesOutsideOfTheFolder() throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve("step-0000000001"));
    Files.writeString(
        checkpoint.resolve(Manifest.NAME),
        "{\"format\": \"gatun-checkpoint-1\", \"step\": \"1\", \"files\": {\"../x\":"
            + " {\"bytes\": \"1\", \"sha256\": \"00\"}}}");
    String damage = reopened(folder).newest().damaged().getFirst();
    assertTrue(damage.contains("expected names inside the folder, got ../x"), damage);
  }
}
