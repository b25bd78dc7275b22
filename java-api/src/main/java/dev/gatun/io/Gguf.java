// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A GGUF model (version 2 or 3): metadata and tensors, in one file or split into several ({@code
 * name-00001-of-00003.gguf}). All headers are checked completely before this object exists.
 */
public final class Gguf implements TensorSource {
  private static final Pattern SPLIT_NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");
  private static final String SPLIT_COUNT = "split.count";
  private static final String SPLIT_NUMBER = "split.no";
  private static final String SPLIT_TENSORS = "split.tensors.count";

  private final TensorTable table;
  private final GgufMetadata metadata;
  private final int version;
  private final int fileCount;

  private Gguf(TensorTable table, GgufHeader first, int fileCount) {
    this.table = table;
    this.metadata = first.metadata();
    this.version = first.version();
    this.fileCount = fileCount;
  }

  /**
   * Opens a file; of a split model, any of its parts.
   *
   * @throws ModelFormatException if a file is malformed or the parts do not belong together
   * @throws UnsupportedModelException if a tensor has a type that this version does not know
   * @throws ModelNotFoundException if the file is missing
   */
  public static Gguf open(Path path) {
    List<FileBytes> files = new ArrayList<>();
    try {
      files.add(FileBytes.open(path));
      GgufHeader header = GgufHeader.read(files.get(0));
      int count = header.metadata().intOr(SPLIT_COUNT, 0);
      if (count > 1) {
        return openSplit(path, header.metadata(), count, files);
      }
      return new Gguf(new TensorTable(path, header.tensors(), files), header, 1);
    } catch (Throwable e) {
      files.forEach(FileBytes::close);
      throw e;
    }
  }

  private static Gguf openSplit(Path path, GgufMetadata named, int count, List<FileBytes> files) {
    Matcher name = SPLIT_NAME.matcher(path.getFileName().toString());
    if (!name.matches() || Integer.parseInt(name.group(3)) != count) {
      throw new ModelFormatException(
          String.format(
              "%s: split.count: expected a file name like name-00001-of-%05d.gguf for %d parts, got"
                  + " %s; keep the parts' names",
              path, count, count, Quoted.of(path.getFileName().toString())));
    }
    files.forEach(FileBytes::close);
    files.clear();
    Path folder = path.toAbsolutePath().getParent();
    List<TensorInfo> tensors = new ArrayList<>();
    Set<String> names = new HashSet<>();
    GgufHeader first = null;
    for (int part = 0; part < count; part++) {
      String partName = String.format("%s-%05d-of-%05d.gguf", name.group(1), part + 1, count);
      FileBytes file = FileBytes.open(SiblingFiles.resolve(folder, partName, path));
      files.add(file);
      GgufHeader header = GgufHeader.read(file);
      requireEqual(header.metadata(), SPLIT_NUMBER, part);
      requireEqual(header.metadata(), SPLIT_COUNT, count);
      first = first == null ? header : first;
      for (TensorInfo info : header.tensors()) {
        if (!names.add(info.name())) {
          throw new ModelFormatException(
              file.path()
                  + ": tensor "
                  + Quoted.of(info.name())
                  + ": expected unique names over all parts, got a second one");
        }
        tensors.add(info);
      }
    }
    if (first.metadata().has(SPLIT_TENSORS)) {
      requireEqual(first.metadata(), SPLIT_TENSORS, tensors.size());
    }
    return new Gguf(new TensorTable(named.file(), tensors, files), first, count);
  }

  private static void requireEqual(GgufMetadata metadata, String key, int expected) {
    int value = metadata.requireInt(key);
    if (value != expected) {
      throw metadata.error(
          key, expected + ", as the parts say", value + "; fetch all parts of one version again");
    }
  }

  /** Whether a file is named like a part of a split model. */
  static boolean isPart(Path path) {
    return Files.isRegularFile(path) && SPLIT_NAME.matcher(path.getFileName().toString()).matches();
  }

  /** The key-value pairs; of a split model, those of the first part. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** The version of the container, 2 or 3. */
  public int version() {
    return version;
  }

  /** The number of files. */
  public int fileCount() {
    return fileCount;
  }

  @Override
  public Set<String> names() {
    return table.names();
  }

  @Override
  public Optional<TensorInfo> find(String name) {
    return table.find(name);
  }

  @Override
  public TensorInfo info(String name) {
    return table.info(name);
  }

  @Override
  public void read(TensorInfo info, long byteOffset, long byteLength, MemorySegment destination) {
    table.read(info, byteOffset, byteLength, destination);
  }

  @Override
  public void close() {
    table.close();
  }
}
