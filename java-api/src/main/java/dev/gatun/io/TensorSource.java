// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.Set;

/**
 * The tensors of a model, whatever file format and however many files hold them. Bytes are read
 * with positional reads into memory that the caller owns; nothing is mapped, so a file that another
 * process shortens gives an exception and not a fault.
 *
 * <p>Every method may be called from several threads at once. Interrupting a reading thread closes
 * the file: the source is then unusable.
 */
public interface TensorSource extends AutoCloseable {
  /** The names of all tensors, in file order. */
  Set<String> names();

  /** The tensor with this name, or empty. */
  Optional<TensorInfo> find(String name);

  /**
   * The tensor with this name.
   *
   * @throws ModelFormatException if there is none; the message names the file
   */
  TensorInfo info(String name);

  /**
   * Copies the stored bytes of a tensor, little endian and in its storage format.
   *
   * @param info one that this source returned
   * @param destination at least {@code info.byteLength()} bytes; only its first bytes are written
   * @throws ModelFormatException if the file has become shorter since it was opened
   * @throws IllegalArgumentException if the destination is too small or read-only, or the info is
   *     of another source
   */
  default void read(TensorInfo info, MemorySegment destination) {
    read(info, 0, info.byteLength(), destination);
  }

  /**
   * Copies a part of the stored bytes of a tensor.
   *
   * @param info one that this source returned
   * @param byteOffset first byte, from the start of the tensor
   * @param byteLength how many bytes
   * @param destination at least {@code byteLength} bytes
   * @throws ModelFormatException if the file has become shorter since it was opened
   * @throws IllegalArgumentException if the range is outside the tensor, or the destination is too
   *     small or read-only, or the info is of another source
   */
  void read(TensorInfo info, long byteOffset, long byteLength, MemorySegment destination);

  /** Closes the files; closing twice is harmless. */
  @Override
  void close();
}
