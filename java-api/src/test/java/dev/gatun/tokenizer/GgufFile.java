// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The metadata of a trusted GGUF file, read without any check: tests of tokenizers only. */
final class GgufFile implements GgufTokenizerMetadata {
  private final String name;
  private final ByteBuffer bytes;
  private final Map<String, Object> values = new HashMap<>();

  GgufFile(Path file) throws IOException {
    name = file.toString();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      bytes =
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
              .order(ByteOrder.LITTLE_ENDIAN);
    }
    bytes.position(16);
    long count = bytes.getLong();
    for (long i = 0; i < count; i++) {
      String key = text();
      values.put(key, value(bytes.getInt()));
    }
  }

  private String text() {
    byte[] utf8 = new byte[(int) bytes.getLong()];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  private Object value(int type) {
    return switch (type) {
      case 0, 1 -> (long) bytes.get();
      case 2, 3 -> (long) bytes.getShort();
      case 4 -> Integer.toUnsignedLong(bytes.getInt());
      case 5 -> (long) bytes.getInt();
      case 6 -> bytes.getFloat();
      case 7 -> bytes.get() != 0;
      case 8 -> text();
      case 9 -> {
        int element = bytes.getInt();
        long count = bytes.getLong();
        List<Object> list = new ArrayList<>();
        for (long i = 0; i < count; i++) {
          list.add(value(element));
        }
        yield list;
      }
      case 10, 11 -> bytes.getLong();
      case 12 -> bytes.getDouble();
      default -> throw new IllegalStateException("type " + type);
    };
  }

  @Override
  public String source() {
    return name;
  }

  @Override
  public String string(String key) {
    return (String) values.get(key);
  }

  @Override
  public Long integer(String key) {
    return (Long) values.get(key);
  }

  @Override
  public Boolean bool(String key) {
    return (Boolean) values.get(key);
  }

  @Override
  public List<String> strings(String key) {
    List<?> list = (List<?>) values.get(key);
    return list == null ? null : list.stream().map(String.class::cast).toList();
  }

  @Override
  public int[] integers(String key) {
    List<?> list = (List<?>) values.get(key);
    return list == null ? null : list.stream().mapToInt(v -> ((Long) v).intValue()).toArray();
  }

  @Override
  public float[] floats(String key) {
    List<?> list = (List<?>) values.get(key);
    if (list == null) {
      return null;
    }
    float[] floats = new float[list.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (Float) list.get(i);
    }
    return floats;
  }

  @Override
  public byte[] bytes(String key) {
    List<?> list = (List<?>) values.get(key);
    if (list == null) {
      return null;
    }
    byte[] result = new byte[list.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = ((Long) list.get(i)).byteValue();
    }
    return result;
  }
}
