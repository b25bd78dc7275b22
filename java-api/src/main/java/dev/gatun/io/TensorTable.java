// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Checked tensors over open files: what both readers of weights return. */
final class TensorTable implements TensorSource {
  private final Path origin;
  private final Map<String, TensorInfo> tensors;
  private final Map<Path, FileBytes> files;

  /**
   * Takes ownership of the files.
   *
   * @param origin what the user asked for; named when a tensor is missing
   */
  TensorTable(Path origin, Collection<TensorInfo> infos, List<FileBytes> open) {
    this.origin = origin;
    Map<String, TensorInfo> byName = LinkedHashMap.newLinkedHashMap(infos.size());
    infos.forEach(info -> byName.put(info.name(), info));
    this.tensors = Collections.unmodifiableMap(byName);
    this.files = new HashMap<>();
    open.forEach(file -> files.put(file.path(), file));
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = tensors.get(name);
    if (info == null) {
      throw missing(origin, name, tensors.keySet());
    }
    return info;
  }

  static ModelFormatException missing(Path origin, String name, Set<String> names) {
    return new ModelFormatException(
        origin
            + ": tensor "
            + Quoted.of(name)
            + " is missing; the file has "
            + names.size()
            + " tensors"
            + (names.isEmpty() ? "" : ", the first is " + Quoted.of(names.iterator().next())));
  }

  @Override
  public void read(TensorInfo info, long byteOffset, long byteLength, MemorySegment destination) {
    if (!info.equals(tensors.get(info.name()))) {
      throw new IllegalArgumentException(
          "TensorSource.read: info: expected a tensor of " + origin + ", got " + info);
    }
    if (!CheckedMath.inside(byteOffset, byteLength, info.byteLength())) {
      throw new IllegalArgumentException(
          String.format(
              "TensorSource.read: %s: expected a range inside its %d bytes, got offset %d length"
                  + " %d",
              info, info.byteLength(), byteOffset, byteLength));
    }
    if (destination.byteSize() < byteLength || destination.isReadOnly()) {
      throw new IllegalArgumentException(
          String.format(
              "TensorSource.read: destination: expected %d writable bytes for %s, got %d%s",
              byteLength,
              info,
              destination.byteSize(),
              destination.isReadOnly() ? " (read-only)" : ""));
    }
    files.get(info.file()).read(info.fileOffset() + byteOffset, byteLength, destination);
  }

  @Override
  public void close() {
    files.values().forEach(FileBytes::close);
  }
}
