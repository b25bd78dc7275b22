// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

/**
 * Where a file keeps a parameter: the tensor's name and how the logical matrix [out, in] or vector
 * follows from it. Part of a family's weight-name map.
 *
 * @param name in the file
 * @param transposed stored as [in, out]
 * @param firstRow the first of the logical rows in the (transposed) stored tensor
 * @param storedRows rows of the (transposed) stored tensor; 0 where it holds this parameter alone
 * @param interleavedHeads heads whose rows are stored in adjacent-pair order (GGUF's Llama files);
 *     0 for none
 */
public record StoredTensor(
    String name, boolean transposed, long firstRow, long storedRows, int interleavedHeads) {
  /** The tensor as it is. */
  public static StoredTensor named(String name) {
    return new StoredTensor(name, false, 0, 0, 0);
  }

  /** The transpose of the tensor. */
  public StoredTensor transpose() {
    return new StoredTensor(name, true, firstRow, storedRows, interleavedHeads);
  }

  /** A part of a fused tensor: rows from {@code first} on, of {@code total}. */
  public StoredTensor rows(long first, long total) {
    return new StoredTensor(name, transposed, first, total, interleavedHeads);
  }

  /** Rows of each of {@code heads} heads stored as pairs (2i, 2i + 1) instead of (i, i + D/2). */
  public StoredTensor interleaved(int heads) {
    return new StoredTensor(name, transposed, firstRow, storedRows, heads);
  }

  /** The stored row that holds logical row {@code row} of {@code rows}. */
  long source(long row, long rows) {
    if (interleavedHeads == 0) {
      return firstRow + row;
    }
    long headSize = rows / interleavedHeads;
    long head = row / headSize;
    long within = row % headSize;
    long half = headSize / 2;
    return firstRow + head * headSize + 2 * (within % half) + within / half;
  }
}
