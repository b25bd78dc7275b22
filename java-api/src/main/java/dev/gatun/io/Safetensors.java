// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a safetensors model: one file, or several named by an index file. Headers are
 * checked completely before this object exists: unique names, known formats, sizes that agree, no
 * holes, no overlap, no tail.
 */
public final class Safetensors implements TensorSource {
  static final String SINGLE_FILE = "model.safetensors";
  static final String INDEX_FILE = "model.safetensors.index.json";
  private static final int MAX_SHARDS = 10_000;

  private final TensorTable table;
  private final Map<String, String> metadata;

  private Safetensors(TensorTable table, Map<String, String> metadata) {
    this.table = table;
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /**
   * Opens a {@code .safetensors} file, an index file ({@code *.index.json}), or a folder that holds
   * {@code model.safetensors} or {@code model.safetensors.index.json}.
   *
   * @throws ModelFormatException if a file is malformed
   * @throws ModelNotFoundException if a file is missing
   */
  public static Safetensors open(Path path) {
    if (Files.isDirectory(path)) {
      Path index = path.resolve(INDEX_FILE);
      Path single = path.resolve(SINGLE_FILE);
      if (Files.exists(single)) {
        return openSingle(single);
      } else if (Files.exists(index)) {
        return openSharded(index);
      }
      throw new ModelNotFoundException(
          path
              + ": expected "
              + SINGLE_FILE
              + " or "
              + INDEX_FILE
              + " in this folder, got neither");
    }
    return path.toString().endsWith(".json") ? openSharded(path) : openSingle(path);
  }

  private static Safetensors openSingle(Path path) {
    FileBytes file = FileBytes.open(path);
    try {
      SafetensorsHeader header = SafetensorsHeader.read(file);
      return new Safetensors(
          new TensorTable(path, header.tensors(), List.of(file)), header.metadata());
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static Safetensors openSharded(Path index) {
    Map<String, String> shardOfTensor = weightMap(index);
    Set<String> shards = new LinkedHashSet<>(shardOfTensor.values());
    if (shards.size() > MAX_SHARDS) {
      throw new ModelFormatException(
          index + ": expected at most " + MAX_SHARDS + " files, got " + shards.size());
    }
    Path folder = index.toAbsolutePath().getParent();
    List<FileBytes> files = new ArrayList<>();
    try {
      Map<String, TensorInfo> found = new HashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      for (String shard : shards) {
        FileBytes file = FileBytes.open(SiblingFiles.resolve(folder, shard, index));
        files.add(file);
        SafetensorsHeader header = SafetensorsHeader.read(file);
        header.metadata().forEach(metadata::putIfAbsent);
        for (TensorInfo info : header.tensors()) {
          if (shard.equals(shardOfTensor.get(info.name()))) {
            found.put(info.name(), info);
          }
        }
      }
      List<TensorInfo> infos = new ArrayList<>(shardOfTensor.size());
      shardOfTensor.forEach((name, shard) -> infos.add(present(index, name, shard, found)));
      return new Safetensors(new TensorTable(index, infos, files), metadata);
    } catch (Throwable e) {
      files.forEach(FileBytes::close);
      throw e;
    }
  }

  private static TensorInfo present(
      Path index, String name, String shard, Map<String, TensorInfo> found) {
    TensorInfo info = found.get(name);
    if (info == null) {
      throw new ModelFormatException(
          index
              + ": weight_map: expected tensor "
              + Quoted.of(name)
              + " in "
              + shard
              + ", that file does not have it; fetch all files of one version again");
    }
    return info;
  }

  private static Map<String, String> weightMap(Path index) {
    JsonConfig map = JsonConfig.read(index).requireNested("weight_map");
    Map<String, String> shardOfTensor = new LinkedHashMap<>();
    for (String name : map.keys()) {
      shardOfTensor.put(name, map.requireString(name));
    }
    if (shardOfTensor.isEmpty()) {
      throw new ModelFormatException(index + ": weight_map: expected tensors, got none");
    }
    return shardOfTensor;
  }

  /** The free text entries of {@code __metadata__}; of several files, the first one's value. */
  public Map<String, String> metadata() {
    return metadata;
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
