// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;

/** An open file that is only read at given positions; its length is the one at the opening. */
final class FileBytes implements AutoCloseable {
  // One system call moves at most this much: a heap destination is staged in a buffer this size.
  private static final long CHUNK_BYTES = 8L << 20;

  private final Path path;
  private final FileChannel channel;
  private final long length;

  private FileBytes(Path path, FileChannel channel, long length) {
    this.path = path;
    this.channel = channel;
    this.length = length;
  }

  static FileBytes open(Path path) {
    FileChannel channel = null;
    try {
      if (Files.isDirectory(path)) {
        throw new ModelFormatException(path + ": expected a file, got a folder");
      }
      if (Files.exists(path) && !Files.isRegularFile(path)) {
        throw new ModelFormatException(path + ": expected a regular file, got a device or a pipe");
      }
      channel = FileChannel.open(path, StandardOpenOption.READ);
      return new FileBytes(path, channel, channel.size());
    } catch (NoSuchFileException e) {
      throw new ModelNotFoundException(path + ": there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new ModelNotFoundException(path + ": no permission to read this file", e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw new UncheckedIOException(path + ": cannot be opened: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException ignored) {
        // The failure that led here is the one to report.
      }
    }
  }

  Path path() {
    return path;
  }

  long length() {
    return length;
  }

  /** Fills the buffer from a position; the file must have that many bytes. */
  void read(long position, ByteBuffer destination) {
    try {
      while (destination.hasRemaining()) {
        int count = channel.read(destination, position);
        if (count < 0) {
          throw new ModelFormatException(
              path
                  + ": the file became shorter while it was read: expected "
                  + length
                  + " bytes, it ends before byte "
                  + (position + destination.remaining())
                  + "; fetch or copy it again");
        }
        position += count;
      }
    } catch (ClosedByInterruptException e) {
      CancellationException cancelled =
          new CancellationException(path + ": reading was interrupted");
      cancelled.initCause(e);
      throw cancelled;
    } catch (ClosedChannelException e) {
      throw new IllegalStateException(path + ": already closed", e);
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Fills the first {@code count} bytes of a segment from a position. */
  void read(long position, long count, MemorySegment destination) {
    boolean direct = Segments.hasByteBuffer(destination);
    ByteBuffer staging = direct ? null : ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, count));
    for (long done = 0; done < count; ) {
      long chunk = Math.min(CHUNK_BYTES, count - done);
      MemorySegment target = destination.asSlice(done, chunk);
      if (direct) {
        read(position + done, target.asByteBuffer());
      } else {
        read(position + done, staging.clear().limit((int) chunk));
        target.copyFrom(MemorySegment.ofBuffer(staging.flip()));
      }
      done += chunk;
    }
  }

  byte[] read(long position, int count) {
    byte[] bytes = new byte[count];
    read(position, ByteBuffer.wrap(bytes));
    return bytes;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be closed: " + e.getMessage(), e);
    }
  }
}
