// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.nio.ByteBuffer;

/**
 * Reads the header of a GGUF file front to back through a window on the heap. Every length is
 * compared with the bytes that remain before memory for it is taken.
 */
final class GgufInput {
  private static final int WINDOW_BYTES = 256 << 10;

  private final FileBytes file;
  // A plain array: a header has a hundred thousand strings, and a buffer's getters are deep.
  private final byte[] window;
  private int at;
  private int limit;
  private long windowStart;
  // What is being read, put together only for a message: a header has thousands of entries.
  private String kind = "header";
  private String name;

  GgufInput(FileBytes file) {
    this.file = file;
    this.window = new byte[(int) Math.min(WINDOW_BYTES, Math.max(8, file.length()))];
  }

  long position() {
    return windowStart + at;
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
    return window[at++];
  }

  short readShort(String field) {
    need(2, field);
    return (short) littleEndian(2);
  }

  int readInt(String field) {
    need(4, field);
    return (int) littleEndian(4);
  }

  long readLong(String field) {
    need(8, field);
    return littleEndian(8);
  }

  private long littleEndian(int bytes) {
    long value = 0;
    for (int i = bytes - 1; i >= 0; i--) {
      value = value << 8 | window[at + i] & 0xFF;
    }
    at += bytes;
    return value;
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

  /**
   * The length of a text that lies in the window whole, or -1 with nothing read: the rule for a
   * vocabulary's texts, in one step.
   */
  int shortLength() {
    if (limit - at < 8 + 255) {
      return -1;
    }
    int length = window[at] & 0xFF;
    for (int i = 1; i < 8; i++) {
      if (window[at + i] != 0) {
        return -1;
      }
    }
    at += 8;
    return length;
  }

  /** The caller has made sure that the array has room; bytes beyond the file are an error here. */
  void readBytes(byte[] target, int offset, int count, String field) {
    if (count <= limit - at) {
      System.arraycopy(window, at, target, offset, count);
      at += count;
      return;
    }
    requireRemaining(count, field);
    int buffered = limit - at;
    System.arraycopy(window, at, target, offset, buffered);
    at += buffered;
    long position = position();
    file.read(position, ByteBuffer.wrap(target, offset + buffered, count - buffered));
    windowStart = position + (count - buffered);
    at = 0;
    limit = 0;
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
    if (limit - at >= bytes) {
      return;
    }
    requireRemaining(bytes, field);
    int kept = limit - at;
    System.arraycopy(window, at, window, 0, kept);
    windowStart += at;
    at = 0;
    limit = (int) Math.min(window.length, file.length() - windowStart);
    file.read(windowStart + kept, ByteBuffer.wrap(window, kept, limit - kept));
  }
}
