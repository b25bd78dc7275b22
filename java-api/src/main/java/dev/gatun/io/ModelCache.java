// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The folder of fetched models. A model is a folder below {@code models} that appears there
 * complete and checked, in one atomic step, or not at all; what is under way lies below {@code
 * partial}. Any number of processes may use one cache at a time.
 */
public final class ModelCache {
  private static final long LOCK_POLL_MILLIS = 100;
  private static final int MAX_READABLE_KEY = 80;
  private static final int KEY_HASH_DIGITS = 16;

  private final Path root;

  private ModelCache(Path root) {
    this.root = root;
  }

  /** The user's cache: {@code GATUN_HOME}, else {@code gatun} in the user's cache directory. */
  public static ModelCache standard() {
    return standard(System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }

  static ModelCache standard(Map<String, String> environment, Path userHome) {
    String own = environment.getOrDefault("GATUN_HOME", "");
    String shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!own.isEmpty()) {
      return at(Path.of(own));
    } else if (!shared.isEmpty() && Path.of(shared).isAbsolute()) {
      return at(Path.of(shared, "gatun"));
    }
    return at(userHome.resolve(".cache").resolve("gatun"));
  }

  /** A cache in a folder, which is made when it is first needed. */
  public static ModelCache at(Path root) {
    return new ModelCache(root.toAbsolutePath().normalize());
  }

  /** The cache's folder. */
  public Path root() {
    return root;
  }

  /** Whether a model of the catalogue is here, complete. */
  public boolean has(Catalogue.Entry entry) {
    return isComplete(entry, folder(entry.name()));
  }

  /** Names and sizes only: the hashes were checked before the folder got its name. */
  static boolean isComplete(Catalogue.Entry entry, Path folder) {
    return entry.files().stream()
            .allMatch(file -> sizeOf(folder.resolve(file.path())) == file.bytes())
        && entry.settings().stream()
            .allMatch(file -> Files.isRegularFile(folder.resolve(file.path())));
  }

  private static long sizeOf(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }

  /** Where the model with this key is or would be. */
  Path folder(String key) {
    return root.resolve("models").resolve(key);
  }

  /** A key for a source that is not in the catalogue: readable, and unique by its hash. */
  static String key(String source) {
    String readable = source.replaceAll("[^A-Za-z0-9._@+-]+", "-");
    String start = readable.substring(0, Math.min(MAX_READABLE_KEY, readable.length()));
    return start + "-" + Sha256.ofText(source).substring(0, KEY_HASH_DIGITS);
  }

  /** Puts the files of a model into an empty folder. */
  @FunctionalInterface
  interface Installer {
    void install(Path folder) throws IOException;
  }

  /**
   * Returns the folder of a model, and fills it first if it is not complete.
   *
   * @throws ModelNotFoundException if the cache cannot be written
   * @throws CancellationException if the thread was interrupted; nothing is left behind
   */
  Path install(String key, Predicate<Path> complete, Progress progress, Installer installer) {
    Path target = folder(key);
    if (complete.test(target)) {
      return target;
    }
    Path partial = root.resolve("partial").resolve(key);
    try {
      Files.createDirectories(target.getParent());
      Files.createDirectories(partial.getParent());
      Path lockFile = root.resolve("partial").resolve(key + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = acquire(channel, key, progress)) {
        if (lock.isValid() && !complete.test(target)) {
          fill(target, partial, installer);
        }
        return target;
      }
    } catch (ClosedByInterruptException e) {
      CancellationException cancelled =
          new CancellationException("fetching " + key + " was interrupted");
      cancelled.initCause(e);
      throw cancelled;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the model cache "
              + root
              + " cannot be written: "
              + e
              + "; free some space, or set GATUN_HOME to another folder",
          e);
    }
  }

  private static void fill(Path target, Path partial, Installer installer) throws IOException {
    deleteTree(target);
    deleteTree(partial);
    Files.createDirectory(partial);
    try {
      installer.install(partial);
      forceTree(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      Durable.forceFolder(target.getParent());
    } finally {
      deleteTree(partial);
    }
  }

  private static FileLock acquire(FileChannel channel, String key, Progress progress)
      throws IOException {
    while (true) {
      try {
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Another thread of this process holds it: wait in the same way as for another process.
      }
      progress.update("waiting for another process that fetches " + key, 0, -1);
      try {
        Thread.sleep(LOCK_POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("fetching " + key + " was interrupted");
      }
    }
  }

  private static void forceTree(Path folder) throws IOException {
    for (Path path : tree(folder)) {
      if (Files.isDirectory(path)) {
        Durable.forceFolder(path);
      } else {
        Durable.forceFile(path);
      }
    }
  }

  static void deleteTree(Path folder) throws IOException {
    if (Files.exists(folder)) {
      for (Path path : tree(folder)) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Children before their folder. */
  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.sorted(Comparator.reverseOrder()).toList();
    }
  }

  /** Refuses early what would fail after minutes. */
  static void requireSpace(Path folder, long bytes, String what) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new ModelNotFoundException(
          String.format(
              "%s needs %d MB of disk space in %s, %d MB are free; free some, or set GATUN_HOME to"
                  + " another disk",
              what, bytes >> 20, folder, free >> 20));
    }
  }
}
