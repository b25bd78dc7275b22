// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.gatun.bindings.JniLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Loads the native Hugging Face tokenizers from the jar that carries it. The jar's own loader looks
 * for graphics cards, logs, and on machines with CUDA downloads another build; this one copies the
 * library once into the user's cache and loads it: 10 ms instead of 150 ms, no network.
 */
final class NativeTokenizersLibrary {
  private static final String PROPERTIES = "/native/lib/tokenizers.properties";

  private NativeTokenizersLibrary() {}

  private static final class Holder {
    static final TokenizersLibrary LIBRARY = load();

    private Holder() {}
  }

  /** The loaded library. */
  static TokenizersLibrary get() {
    try {
      return Holder.LIBRARY;
    } catch (ExceptionInInitializerError e) {
      throw new IllegalStateException(
          "tokenizers: the native library cannot be loaded: " + e.getCause().getMessage(),
          e.getCause());
    } catch (NoClassDefFoundError e) {
      throw new IllegalStateException(
          "tokenizers: the native library could not be loaded earlier; see the first error", e);
    }
  }

  private static TokenizersLibrary load() {
    String platform = platform();
    String resource = "/native/lib/" + platform + "/cpu/" + fileName();
    URL url = TokenizersLibrary.class.getResource(resource);
    if (url == null) {
      throw new IllegalStateException(
          "no build for "
              + platform
              + " in the tokenizers jar (looked for "
              + resource
              + "); use linux-x86_64, linux-aarch64 or osx-aarch64");
    }
    try {
      JniLibrary.load(extract(url, platform));
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot copy " + url + " to " + cacheFolder() + " (" + e + "); set GATUN_HOME", e);
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(
          "cannot link " + url + " from " + cacheFolder() + " (" + e.getMessage() + ")", e);
    }
    return TokenizersLibrary.LIB;
  }

  /** Copies the library unless a complete copy is there; safe for two processes at once. */
  private static Path extract(URL url, String platform) throws IOException {
    URLConnection connection = url.openConnection();
    long length = connection.getContentLengthLong();
    Path folder = cacheFolder().resolve("native");
    Path target = folder.resolve("tokenizers-" + version() + "-" + platform + "-" + fileName());
    if (Files.isRegularFile(target) && Files.size(target) == length) {
      connection.getInputStream().close();
      return target;
    }
    Files.createDirectories(folder);
    Path temporary = Files.createTempFile(folder, "tokenizers", ".part");
    try {
      try (InputStream bytes = connection.getInputStream()) {
        Files.copy(bytes, temporary, StandardCopyOption.REPLACE_EXISTING);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return target;
  }

  private static String version() throws IOException {
    try (InputStream properties = TokenizersLibrary.class.getResourceAsStream(PROPERTIES)) {
      byte[] bytes = properties == null ? new byte[0] : properties.readAllBytes();
      String text = new String(bytes, StandardCharsets.US_ASCII);
      return text.replace("version=", "").strip().replaceAll("[^A-Za-z0-9.-]", "_");
    }
  }

  private static Path cacheFolder() {
    String home = System.getenv("GATUN_HOME");
    if (home != null && !home.isBlank()) {
      return Path.of(home).toAbsolutePath();
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && !cache.isBlank()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("gatun").toAbsolutePath();
  }

  private static String platform() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    return (os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : os)
        + "-"
        + (arch.equals("amd64") ? "x86_64" : arch);
  }

  private static String fileName() {
    return System.mapLibraryName("tokenizers");
  }
}
