// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * The file operations of a checkpoint. A seam: tests replace the disk by one that fills up, or that
 * stops after any operation.
 */
interface Storage {
  /** A new file that is being written. */
  interface Output extends WritableByteChannel {
    /** Forces what was written to the disk. */
    void force() throws IOException;
  }

  /** Creates a folder and those above it, where they are missing. */
  void createFolder(Path folder) throws IOException;

  /** Creates a file, or empties it. */
  Output create(Path file) throws IOException;

  /** Renames a file inside its folder, replacing another, in one step. */
  void rename(Path from, Path to) throws IOException;

  /** Makes creations, renames and deletions inside a folder durable. */
  void forceFolder(Path folder) throws IOException;

  /** Deletes a file or an empty folder, if it is there. */
  void delete(Path path) throws IOException;
}
