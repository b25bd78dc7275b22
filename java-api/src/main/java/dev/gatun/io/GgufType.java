// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

/** The types of GGUF metadata values; the ordinal is the id in the file. */
enum GgufType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  /** A 64-bit length and that many bytes: at least eight. */
  STRING(8),
  /** Not an element: a type, a count and the elements. */
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final GgufType[] VALUES = values();

  private final int minimumBytes;

  GgufType(int minimumBytes) {
    this.minimumBytes = minimumBytes;
  }

  /** The least number of bytes that a value takes in the file. */
  int minimumBytes() {
    return minimumBytes;
  }

  boolean isInteger() {
    return this != FLOAT32 && this != FLOAT64 && this != BOOL && this != STRING && this != ARRAY;
  }

  boolean isFloat() {
    return this == FLOAT32 || this == FLOAT64;
  }

  /** The type with an id, or null. */
  static GgufType find(int id) {
    return id >= 0 && id < VALUES.length ? VALUES[id] : null;
  }
}
