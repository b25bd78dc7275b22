// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.io.ModelCache;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds published weights by size and hash: in GATUN_MODELS and in the program's own cache. */
final class LocalWeights {
  private static final int DEPTH = 6;

  private LocalWeights() {}

  static Optional<Path> find(long bytes, String sha256) {
    List<Path> roots = new ArrayList<>();
    String folder = System.getProperty("gatun.models", System.getenv("GATUN_MODELS"));
    if (folder != null && !folder.isBlank()) {
      roots.add(Path.of(folder));
    }
    roots.add(ModelCache.standard().root());
    for (Path root : roots) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.walk(root, DEPTH)) {
          Optional<Path> found =
              files.filter(file -> matches(file, bytes, sha256)).sorted().findFirst();
          if (found.isPresent()) {
            return found;
          }
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean matches(Path file, long bytes, String sha256) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == bytes && hash(file).equals(sha256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      byte[] buffer = new byte[1 << 20];
      while (in.read(buffer) >= 0) {
        // The stream feeds the digest.
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
