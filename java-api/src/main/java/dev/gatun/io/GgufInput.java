// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the header of a GGUF file front to back through a window on the heap. Every length is
 * compared with the bytes that remain before memory for it is taken.
 */
final class GgufInput {
  private static final int WINDOW_BYTES = 256 << 10;

  private final FileBytes file;
  private final ByteBuffer window;
  private long windowStart;
  // What is being read, put together only for a message: a header has thousands of entries.
  private String kind = "header";
  private String name;

  GgufInput(FileBytes file) {
    this.file = file;
    this.window =
        ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, Math.max(8, file.length())))
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
  }

  long position() {
    return windowStart + window.position();
  }

  long remaining() {
    return file.length() - position();
  }

  /** Names the entry that is read from now on. */
  void enter(String entryKind, String entryName) {
    kind = entryKind;
    name = entryName;
  }

  byte readByte(String field) {
    need(1, field);
    return window.get();
  }

  short readShort(String field) {
    need(2, field);
    return window.getShort();
  }

  int readInt(String field) {
    need(4, field);
    return window.getInt();
  }

  long readLong(String field) {
    need(8, field);
    return window.getLong();
  }

  /** A length or count: unsigned in the file, and at most {@code max}. */
  long readCount(String field, long max) {
    long count = readLong(field);
    if (count < 0 || count > max) {
      throw error(field, "at most " + max, Long.toUnsignedString(count));
    }
    return count;
  }

  byte[] readBytes(int count, String field) {
    requireRemaining(count, field);
    byte[] bytes = new byte[count];
    readBytes(bytes, 0, count, field);
    return bytes;
  }

  /** The caller has made sure that the array has room; bytes beyond the file are an error here. */
  void readBytes(byte[] target, int offset, int count, String field) {
    requireRemaining(count, field);
    int buffered = Math.min(count, window.remaining());
    window.get(target, offset, buffered);
    if (buffered < count) {
      long position = position();
      file.read(position, ByteBuffer.wrap(target, offset + buffered, count - buffered));
      windowStart = position + (count - buffered);
      window.position(0).limit(0);
    }
  }

  void requireRemaining(long bytes, String field) {
    if (bytes > remaining()) {
      throw new ModelFormatException(
          String.format(
              "%s: %s: expected %d more bytes at byte %d, the file ends after %d; it is truncated"
                  + " or damaged, fetch it again",
              file.path(), place(field), bytes, position(), remaining()));
    }
  }

  ModelFormatException error(String field, String expected, String got) {
    return new ModelFormatException(
        file.path() + ": " + place(field) + ": expected " + expected + ", got " + got);
  }

  private String place(String field) {
    return kind
        + (name == null ? "" : " " + Quoted.of(name))
        + (field.isEmpty() ? "" : ": " + field);
  }

  private void need(int bytes, String field) {
    if (window.remaining() >= bytes) {
      return;
    }
    requireRemaining(bytes, field);
    windowStart += window.position();
    window.compact();
    window.limit((int) Math.min(window.capacity(), file.length() - windowStart));
    long from = windowStart + window.position();
    file.read(from, window);
    window.flip();
  }
}
