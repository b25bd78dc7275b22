// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import dev.gatun.io.GgufMetadata;
import java.util.List;

/** The metadata of an opened GGUF file, as tokenizers read it. */
record OpenedGguf(GgufMetadata metadata) implements GgufTokenizerMetadata {

  @Override
  public String source() {
    return metadata.file().toString();
  }

  @Override
  public String string(String key) {
    return metadata.has(key) ? metadata.requireString(key) : null;
  }

  @Override
  public Long integer(String key) {
    return metadata.has(key) ? Long.valueOf(metadata.requireLong(key)) : null;
  }

  @Override
  public Boolean bool(String key) {
    return metadata.has(key) ? Boolean.valueOf(metadata.requireBool(key)) : null;
  }

  @Override
  public List<String> strings(String key) {
    return metadata.has(key) ? metadata.requireTexts(key) : null;
  }

  @Override
  public int[] integers(String key) {
    return metadata.has(key) ? metadata.requireInts(key) : null;
  }

  @Override
  public float[] floats(String key) {
    return metadata.has(key) ? metadata.requireFloats(key) : null;
  }

  @Override
  public byte[] bytes(String key) {
    return metadata.has(key) ? metadata.requireBytes(key) : null;
  }
}
