// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import dev.gatun.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes one safetensors file. The bytes go to a temporary file in the same folder, are forced to
 * the disk, and only then take the final name: a reader sees the old file or the whole new one.
 *
 * <p>Not safe for several threads.
 */
public final class SafetensorsWriter {
  private static final long CHUNK_BYTES = 8L << 20;
  private static final int HEADER_ALIGNMENT = 8;

  /** The bytes of a tensor that are not in the host's memory. */
  @FunctionalInterface
  public interface Source {
    /**
     * Copies as many bytes as the target has.
     *
     * @param offset of the first one
     * @param target native
     */
    void copyTo(long offset, MemorySegment target);
  }

  /** Either of {@code data} and {@code source} is null. */
  private record Entry(
      DType dtype, List<Long> shape, long bytes, MemorySegment data, Source source) {}

  private final Map<String, Entry> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  /** An empty file to be. */
  public SafetensorsWriter() {}

  /** Adds an entry of free text to {@code __metadata__}. */
  public SafetensorsWriter putMetadata(String key, String value) {
    metadata.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * Adds a tensor; its bytes are read when {@link #write} is called.
   *
   * @param dtype a format that safetensors has, so not a block format of GGUF
   * @param shape row-major, slowest dimension first
   * @param data exactly the bytes, little endian
   * @throws IllegalArgumentException if the name is taken, the format has no name in safetensors,
   *     or the bytes do not fit the shape
   */
  public SafetensorsWriter put(String name, DType dtype, long[] shape, MemorySegment data) {
    long bytes = bytes(name, dtype, shape);
    if (data.byteSize() != bytes) {
      throw new IllegalArgumentException(
          String.format(
              "SafetensorsWriter.put: %s: data: expected %d bytes, got %d",
              name, bytes, data.byteSize()));
    }
    return put(name, new Entry(dtype, list(shape), bytes, data, null));
  }

  /**
   * The same for bytes that have to be copied to the host first, a part at a time.
   *
   * @param source gives the bytes, little endian
   */
  public SafetensorsWriter put(String name, DType dtype, long[] shape, Source source) {
    Objects.requireNonNull(source, "source");
    return put(name, new Entry(dtype, list(shape), bytes(name, dtype, shape), null, source));
  }

  private SafetensorsWriter put(String name, Entry entry) {
    tensors.put(name, entry);
    return this;
  }

  private long bytes(String name, DType dtype, long[] shape) {
    if (name.equals("__metadata__") || tensors.containsKey(name)) {
      throw new IllegalArgumentException(
          "SafetensorsWriter.put: name: expected a new tensor name, got " + Quoted.of(name));
    }
    if (dtype.safetensorsName().isEmpty()) {
      throw new IllegalArgumentException(
          "SafetensorsWriter.put: dtype: expected a format of safetensors, got " + dtype);
    }
    return dtype.byteSize(CheckedMath.elements(shape));
  }

  private static List<Long> list(long[] shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /**
   * Writes the file, replacing an older one.
   *
   * @throws UncheckedIOException if the disk is full or fails; an older file is then untouched
   */
  public void write(Path file) {
    Path target = file.toAbsolutePath();
    try {
      Path temporary = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".tmp");
      try {
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          writeTo(out);
          out.force(true);
        }
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        Durable.forceFolder(target.getParent());
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * Writes the bytes of the file to a channel, which stays open.
   *
   * @throws IOException if the channel fails
   */
  public void writeTo(WritableByteChannel out) throws IOException {
    byte[] header = header();
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    writeAll(out, length.putLong(header.length).flip());
    writeAll(out, ByteBuffer.wrap(header));
    for (Entry entry : tensors.values()) {
      if (entry.source != null) {
        writeCopies(out, entry);
        continue;
      }
      for (long done = 0; done < entry.bytes; done += CHUNK_BYTES) {
        long chunk = Math.min(CHUNK_BYTES, entry.bytes - done);
        MemorySegment part = entry.data.asSlice(done, chunk);
        writeAll(
            out,
            Segments.hasByteBuffer(part)
                ? part.asByteBuffer()
                : ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE)));
      }
    }
  }

  private static void writeCopies(WritableByteChannel out, Entry entry) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment staged = arena.allocate(Math.max(1, Math.min(CHUNK_BYTES, entry.bytes)), 64);
      for (long done = 0; done < entry.bytes; done += CHUNK_BYTES) {
        MemorySegment part = staged.asSlice(0, Math.min(CHUNK_BYTES, entry.bytes - done));
        entry.source.copyTo(done, part);
        writeAll(out, part.asByteBuffer());
      }
    }
  }

  private static void writeAll(WritableByteChannel out, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }

  /** The JSON text, padded with spaces so that the data begins at a multiple of eight. */
  private byte[] header() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectPropertyStart("__metadata__");
        metadata.forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      long offset = 0;
      for (Map.Entry<String, Entry> named : tensors.entrySet()) {
        Entry entry = named.getValue();
        long end = CheckedMath.add(offset, entry.bytes);
        json.writeObjectPropertyStart(named.getKey());
        json.writeStringProperty("dtype", entry.dtype.safetensorsName().orElseThrow());
        json.writeArrayPropertyStart("shape");
        for (long dimension : entry.shape) {
          json.writeNumber(dimension);
        }
        json.writeEndArray();
        json.writeArrayPropertyStart("data_offsets");
        json.writeNumber(offset);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
        offset = end;
      }
      json.writeEndObject();
    }
    while (text.size() % HEADER_ALIGNMENT != 0) {
      text.write(' ');
    }
    return text.toByteArray();
  }
}
