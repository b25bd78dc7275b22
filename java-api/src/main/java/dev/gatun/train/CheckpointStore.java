// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.io.ModelFormatException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of checkpoints, each a folder of its own. A checkpoint is complete once its manifest is
 * there; at every moment of writing, the complete ones before it are untouched, and only after it
 * is complete are the oldest deleted, manifest first.
 *
 * <p>Each file is written under a temporary name, forced to the disk and renamed; folders are
 * forced after the names in them have changed.
 */
final class CheckpointStore {
  private static final Pattern FOLDER = Pattern.compile("step-(\\d{10})");
  private static final String TEMPORARY = ".tmp";

  /** Writes the bytes of one file. */
  interface Content {
    void writeTo(WritableByteChannel out) throws IOException;
  }

  /**
   * What a search for the newest complete checkpoint gave.
   *
   * @param checkpoint or empty if there is none
   * @param damaged what is wrong with newer ones that have a manifest
   */
  record Search(Optional<Path> checkpoint, List<String> damaged) {}

  private final Path folder;
  private final int keep;
  private final Storage storage;

  CheckpointStore(Path folder, int keep, Storage storage) {
    this.folder = folder;
    this.keep = keep;
    this.storage = storage;
  }

  private Path folderOf(long step) {
    return folder.resolve(String.format(Locale.ROOT, "step-%010d", step));
  }

  /** The folders of checkpoints, complete or not, newest first. */
  private List<Path> folders() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> FOLDER.matcher(child.getFileName().toString()).matches())
          .sorted(Comparator.comparing((Path child) -> child.getFileName().toString()).reversed())
          .toList();
    }
  }

  private static boolean hasManifest(Path checkpoint) {
    return Files.exists(checkpoint.resolve(Manifest.NAME));
  }

  /**
   * Finds the newest complete checkpoint; sizes and hashes of its files are checked.
   *
   * @throws UncheckedIOException if the disk fails
   */
  Search newest() {
    List<String> damaged = new ArrayList<>();
    try {
      for (Path checkpoint : folders()) {
        if (!hasManifest(checkpoint)) {
          continue;
        }
        Optional<String> damage;
        try {
          damage = Manifest.read(checkpoint).damage(checkpoint);
        } catch (ModelFormatException e) {
          damage = Optional.of(e.getMessage());
        }
        if (damage.isEmpty()) {
          return new Search(Optional.of(checkpoint), damaged);
        }
        damaged.add(damage.get());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be read: " + e.getMessage(), e);
    }
    return new Search(Optional.empty(), damaged);
  }

  /**
   * Writes a checkpoint, then deletes what is older than the ones to keep.
   *
   * @param files by name
   * @return its folder
   * @throws CheckpointException if the disk is full or fails; older checkpoints are then untouched
   */
  Path write(long step, Map<String, Content> files) {
    Path checkpoint = folderOf(step);
    try {
      storage.createFolder(checkpoint);
      storage.forceFolder(folder);
      storage.delete(checkpoint.resolve(Manifest.NAME)); // of a damaged one that was not resumed
      Map<String, Manifest.Entry> entries = new LinkedHashMap<>();
      for (Map.Entry<String, Content> file : files.entrySet()) {
        entries.put(file.getKey(), write(checkpoint, file.getKey(), file.getValue()));
      }
      storage.forceFolder(checkpoint);
      byte[] manifest = new Manifest(step, entries).toJson();
      write(checkpoint, Manifest.NAME, out -> writeAll(out, ByteBuffer.wrap(manifest)));
      storage.forceFolder(checkpoint);
    } catch (IOException | UncheckedIOException e) {
      CheckpointException failure = failure(step, checkpoint, e);
      try {
        remove(checkpoint);
      } catch (IOException | UncheckedIOException again) {
        failure.addSuppressed(again);
      }
      throw failure;
    }
    try {
      prune(checkpoint);
    } catch (IOException e) {
      throw new CheckpointException(
          "checkpoint "
              + checkpoint
              + " is complete, but older ones cannot be deleted: "
              + e.getMessage(),
          e);
    }
    return checkpoint;
  }

  private CheckpointException failure(long step, Path checkpoint, Exception e) {
    Search before = newest();
    return new CheckpointException(
        "checkpoint "
            + checkpoint
            + " cannot be written: "
            + e.getMessage()
            + "; free space on the disk, then resume"
            + before
                .checkpoint()
                .map(good -> " from " + good + ", which is complete")
                .orElse(": there is no earlier checkpoint, step " + step + " is lost"),
        e);
  }

  private Manifest.Entry write(Path checkpoint, String name, Content content) throws IOException {
    Path temporary = checkpoint.resolve(name + TEMPORARY);
    Manifest.Entry entry;
    try (Storage.Output out = storage.create(temporary)) {
      Hashing hashing = new Hashing(out);
      content.writeTo(hashing);
      out.force();
      entry = hashing.entry();
    }
    storage.rename(temporary, checkpoint.resolve(name));
    return entry;
  }

  static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** Deletes all but the newest complete ones, and what an interrupted writing left behind. */
  private void prune(Path written) throws IOException {
    int complete = 0;
    for (Path checkpoint : folders()) {
      boolean newer = checkpoint.compareTo(written) > 0;
      if (hasManifest(checkpoint) && !newer && complete < keep) {
        complete++;
      } else {
        // A newer one is damaged, or this run would have resumed from it.
        remove(checkpoint);
      }
    }
  }

  /** Deletes a checkpoint; without its manifest it is none, whatever happens to the rest. */
  private void remove(Path checkpoint) throws IOException {
    if (!Files.isDirectory(checkpoint)) {
      return;
    }
    if (hasManifest(checkpoint)) {
      storage.delete(checkpoint.resolve(Manifest.NAME));
      storage.forceFolder(checkpoint);
    }
    List<Path> files;
    try (Stream<Path> children = Files.list(checkpoint)) {
      files = children.sorted().toList();
    }
    for (Path file : files) {
      storage.delete(file);
    }
    storage.delete(checkpoint);
    storage.forceFolder(folder);
  }

  /** Hashes what goes through it. */
  private static final class Hashing implements WritableByteChannel {
    private final WritableByteChannel out;
    private final MessageDigest digest = Manifest.digest();
    private long bytes;

    Hashing(WritableByteChannel out) {
      this.out = out;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      ByteBuffer view = source.duplicate();
      int count = out.write(source);
      digest.update(view.limit(view.position() + count));
      bytes += count;
      return count;
    }

    Manifest.Entry entry() {
      return new Manifest.Entry(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public boolean isOpen() {
      return out.isOpen();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
