// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.ModelNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The list of a checkpoint's files with their sizes and hashes. It is written last: a folder
 * without it is no checkpoint.
 *
 * @param step after which the checkpoint was made
 * @param files by name
 */
record Manifest(long step, Map<String, Entry> files) {
  static final String NAME = "manifest.json";
  private static final String FORMAT = "gatun-checkpoint-1";
  private static final int BUFFER_BYTES = 1 << 20;

  /**
   * One file.
   *
   * @param bytes its size
   * @param sha256 lower-case hexadecimal
   */
  record Entry(long bytes, String sha256) {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  byte[] toJson() {
    Map<String, Object> entries = new LinkedHashMap<>();
    files.forEach((name, entry) -> {
      Map<String, Object> fields = new LinkedHashMap<>();
      // A string: JSON numbers of 64 bits are read as 32-bit integers or doubles elsewhere.
      fields.put("bytes", Long.toString(entry.bytes()));
      fields.put("sha256", entry.sha256());
      entries.put(name, fields);
    });
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("step", Long.toString(step));
    json.put("files", entries);
    return new JsonMapper().writeValueAsBytes(json);
  }

  /**
   * Reads the manifest of a folder.
   *
   * @throws ModelNotFoundException if there is none
   * @throws ModelFormatException if it is malformed
   */
  static Manifest read(Path folder) {
    JsonConfig json = JsonConfig.read(folder.resolve(NAME));
    if (!json.requireString("format").equals(FORMAT)) {
      throw json.error("format", FORMAT, json.requireString("format"));
    }
    JsonConfig entries = json.requireNested("files");
    Map<String, Entry> files = new LinkedHashMap<>();
    for (String name : entries.keys()) {
      if (!Path.of(name).equals(Path.of(name).getFileName()) || name.startsWith(".")) {
        throw json.error("files", "names inside the folder", name);
      }
      JsonConfig entry = entries.requireNested(name);
      files.put(name, new Entry(number(entry, "bytes"), entry.requireString("sha256")));
    }
    return new Manifest(number(json, "step"), files);
  }

  private static long number(JsonConfig json, String key) {
    try {
      return Long.parseLong(json.requireString(key));
    } catch (NumberFormatException e) {
      throw json.error(key, "digits", json.requireString(key));
    }
  }

  /** What is wrong with the files of a folder, or empty. */
  Optional<String> damage(Path folder) throws IOException {
    for (Map.Entry<String, Entry> named : files.entrySet()) {
      Path file = folder.resolve(named.getKey());
      Entry entry = named.getValue();
      if (!Files.isRegularFile(file)) {
        return Optional.of(file + " is missing");
      }
      if (Files.size(file) != entry.bytes()) {
        return Optional.of(
            file + ": expected " + entry.bytes() + " bytes, got " + Files.size(file));
      }
      if (!hash(file).equals(entry.sha256())) {
        return Optional.of(file + ": its SHA-256 is not that of the manifest");
      }
    }
    return Optional.empty();
  }

  private static String hash(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
