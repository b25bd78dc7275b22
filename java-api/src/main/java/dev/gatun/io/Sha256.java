// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of files and texts, in lower-case hexadecimal. */
final class Sha256 {
  private static final int BUFFER_BYTES = 1 << 20;

  private Sha256() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  static String ofText(String text) {
    return HexFormat.of().formatHex(digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Compares size and hash.
   *
   * @param expectedBytes -1 if unknown
   * @param expectedHash null if unknown
   * @throws ModelFormatException if either differs
   */
  static void require(
      Path file, String name, long expectedBytes, String expectedHash, Progress progress)
      throws IOException {
    long bytes = Files.size(file);
    if (expectedBytes >= 0 && bytes != expectedBytes) {
      throw new ModelFormatException(
          name
              + ": expected "
              + expectedBytes
              + " bytes, got "
              + bytes
              + "; the download broke off or the source has changed, try again");
    }
    if (expectedHash == null) {
      return;
    }
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    long done = 0;
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
        done += count;
        progress.update("checking " + name, done, bytes);
      }
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(expectedHash)) {
      throw new ModelFormatException(
          name
              + ": expected SHA-256 "
              + expectedHash
              + ", got "
              + actual
              + "; the file is damaged or the source has changed, try again");
    }
  }
}
