// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The lines of a file, decoded strictly: bytes that are not UTF-8 are an error of their line, never
 * replacement characters. Lines end at LF or CR LF only, so that a line separator inside a JSON
 * text does not shift the numbers.
 */
final class Utf8Lines {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  /** Receives the lines, counted from 1. */
  interface Consumer {
    void line(long number, String text);
  }

  private Utf8Lines() {}

  /**
   * Reads all lines; malformed ones go to {@code problems}.
   *
   * @throws DataException if the file cannot be read
   */
  static void read(Path file, Problems problems, Consumer consumer) {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      long number = 1;
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          decode(file, number++, line.toByteArray(), problems, consumer);
          line.reset();
        } else {
          line.write(next);
        }
      }
      if (line.size() > 0) {
        decode(file, number, line.toByteArray(), problems, consumer);
      }
    } catch (NoSuchFileException e) {
      throw new DataException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void decode(
      Path file, long number, byte[] bytes, Problems problems, Consumer consumer) {
    int length =
        bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, 0, length))
              .toString();
    } catch (CharacterCodingException e) {
      problems.add(file, number, "expected UTF-8, got other bytes");
      return;
    }
    boolean marked = number == 1 && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
    consumer.line(number, marked ? text.substring(1) : text);
  }
}
