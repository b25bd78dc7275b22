// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes GGUF byte by byte, so that a test can lie at any place. */
final class GgufBytes {
  static final int UINT8 = 0;
  static final int UINT16 = 2;
  static final int UINT32 = 4;
  static final int INT32 = 5;
  static final int FLOAT32 = 6;
  static final int BOOL = 7;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int UINT64 = 10;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  GgufBytes raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  GgufBytes u8(int value) {
    out.write(value);
    return this;
  }

  GgufBytes u16(int value) {
    return raw(little(2).putShort((short) value).array());
  }

  GgufBytes u32(long value) {
    return raw(little(4).putInt((int) value).array());
  }

  GgufBytes u64(long value) {
    return raw(little(8).putLong(value).array());
  }

  GgufBytes f32(float value) {
    return raw(little(4).putFloat(value).array());
  }

  GgufBytes text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return u64(bytes.length).raw(bytes);
  }

  /** Magic, version, counts. */
  GgufBytes header(int version, long tensors, long keys) {
    return raw("GGUF".getBytes(StandardCharsets.US_ASCII)).u32(version).u64(tensors).u64(keys);
  }

  GgufBytes key(String name, int type) {
    return text(name).u32(type);
  }

  GgufBytes uint32(String name, long value) {
    return key(name, UINT32).u32(value);
  }

  /** Dimensions in file order, fastest first. */
  GgufBytes tensor(String name, int type, long offset, long... dimensions) {
    text(name).u32(dimensions.length);
    for (long dimension : dimensions) {
      u64(dimension);
    }
    return u32(type).u64(offset);
  }

  GgufBytes padTo(int alignment) {
    while (out.size() % alignment != 0) {
      out.write(0);
    }
    return this;
  }

  GgufBytes zeros(int count) {
    return raw(new byte[count]);
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
