// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A disk on which the process dies after some operations, or which becomes full. After the death
 * nothing happens any more: every operation throws again, so that no clean-up can help.
 *
 * <p>Forcing is counted and checked, not passed on: the death of a process does not touch what the
 * system caches. That a loss of power could do no harm is checked by the order: a file is forced
 * before it is renamed, and all names in a folder are durable before the manifest gets its own.
 */
final class FaultyStorage implements Storage {
  /** The end of the process. An error, so that code that handles failing disks does not run. */
  static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  private final Storage disk = new DiskStorage();
  private final long lives;
  private final long capacity;
  private long operations;
  private long written;
  private boolean dead;
  private final Set<Path> unforcedFiles = new HashSet<>();
  private final Set<Path> unforcedFolders = new HashSet<>();

  private FaultyStorage(long lives, long capacity) {
    this.lives = lives;
    this.capacity = capacity;
  }

  /** Dies instead of operation {@code number}, counted from 0; a write is cut in half first. */
  static FaultyStorage dyingAt(long number) {
    return new FaultyStorage(number, Long.MAX_VALUE);
  }

  /** Holds so many bytes. */
  static FaultyStorage ofCapacity(long bytes) {
    return new FaultyStorage(Long.MAX_VALUE, bytes);
  }

  long operations() {
    return operations;
  }

  long written() {
    return written;
  }

  private boolean dies() {
    if (dead) {
      throw new Died();
    }
    dead = operations++ == lives;
    return dead;
  }

  private void operation() {
    if (dies()) {
      throw new Died();
    }
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    operation();
    disk.createFolder(folder);
    unforcedFolders.add(folder.getParent());
  }

  @Override
  public Output create(Path file) throws IOException {
    operation();
    Output out = disk.create(file);
    return new Output() {
      @Override
      public int write(ByteBuffer bytes) throws IOException {
        boolean last = dies();
        int count = last ? bytes.remaining() / 2 : bytes.remaining();
        if (written + count > capacity) {
          count = (int) (capacity - written);
          writeAll(bytes, count);
          throw new IOException("No space left on device");
        }
        writeAll(bytes, count);
        if (last) {
          throw new Died();
        }
        return count;
      }

      private void writeAll(ByteBuffer bytes, int count) throws IOException {
        ByteBuffer part = bytes.slice(bytes.position(), count);
        while (part.hasRemaining()) {
          out.write(part);
        }
        bytes.position(bytes.position() + count);
        unforcedFiles.add(file);
        written += count;
      }

      @Override
      public void force() throws IOException {
        operation();
        unforcedFiles.remove(file);
      }

      @Override
      public boolean isOpen() {
        return out.isOpen();
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    operation();
    assertFalse(unforcedFiles.contains(from), from + " is renamed before it is forced");
    boolean last = to.endsWith(Manifest.NAME);
    assertFalse(last && unforcedFolders.contains(to.getParent()), "names that are not durable");
    assertFalse(last && unforcedFolders.contains(to.getParent().getParent()), "no durable folder");
    disk.rename(from, to);
    unforcedFolders.add(to.getParent());
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    operation();
    unforcedFolders.remove(folder);
  }

  @Override
  public void delete(Path path) throws IOException {
    operation();
    disk.delete(path);
  }
}
