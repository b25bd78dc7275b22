// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Resolves file names that a model's own files contain: hostile until they prove harmless. */
final class SiblingFiles {
  private SiblingFiles() {}

  /**
   * The file with a bare name in a folder. A link must end inside the folder, or inside the
   * repository folder of a Hugging Face cache ({@code repository/snapshots/revision/file} links to
   * {@code repository/blobs}).
   *
   * @param namedBy the file that contains the name; for the message
   */
  static Path resolve(Path folder, String name, Path namedBy) {
    if (!isBareName(name)) {
      throw new ModelFormatException(
          namedBy
              + ": expected the bare name of a file in the same folder, got "
              + Quoted.of(name));
    }
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      throw new ModelFormatException(
          namedBy
              + ": names "
              + Quoted.of(name)
              + ", which is missing in "
              + folder
              + "; fetch all files of the model");
    }
    try {
      Path real = file.toRealPath();
      Path base = folder.toRealPath();
      if (!real.startsWith(base) && !real.startsWith(linkRoot(base))) {
        throw new ModelFormatException(
            namedBy + ": names " + Quoted.of(name) + ", which links outside the model's folder");
      }
      return file;
    } catch (IOException e) {
      throw new ModelFormatException(
          namedBy + ": names " + Quoted.of(name) + ", which cannot be resolved: " + e.getMessage(),
          e);
    }
  }

  static boolean isBareName(String name) {
    return !name.isEmpty()
        && name.length() <= 255
        && !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || c < ' ' || c == 0x7F);
  }

  private static Path linkRoot(Path base) {
    Path snapshots = base.getParent();
    boolean cache =
        snapshots != null
            && snapshots.getFileName() != null
            && snapshots.getFileName().toString().equals("snapshots")
            && snapshots.getParent() != null
            && Files.isDirectory(snapshots.resolveSibling("blobs"));
    return cache ? snapshots.getParent() : base;
  }
}
