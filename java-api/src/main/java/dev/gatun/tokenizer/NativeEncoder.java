// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tokenizer;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.gatun.io.ModelFormatException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * One tokenizer inside the native library: texts without special tokens in, ids out. The library
 * takes calls from several threads; the lock only keeps {@link #close()} behind running calls.
 */
final class NativeEncoder implements TextEncoder {
  private final TokenizersLibrary library = NativeTokenizersLibrary.get();
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle;

  /**
   * Builds the tokenizer.
   *
   * @param json a document that was checked: the library ends the process on some others
   */
  NativeEncoder(String source, String json) {
    try {
      handle = library.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw new ModelFormatException(
          source
              + ": refused by the tokenizers library: "
              + e.getMessage()
              + "; obtain the file again",
          e);
    }
  }

  @Override
  public Encoding encode(String text) {
    return withHandle(tokenizer -> {
      long encoding = library.encode(tokenizer, text, false);
      try {
        int[] ids = toInts(library.getTokenIds(encoding));
        CharSpan[] spans = library.getTokenCharSpans(encoding);
        int[] offsets = new int[2 * ids.length];
        for (int i = 0; i < ids.length; i++) {
          if (spans[i] != null) {
            offsets[2 * i] = spans[i].getStart();
            offsets[2 * i + 1] = spans[i].getEnd();
          }
        }
        int[] attention = new int[ids.length];
        Arrays.fill(attention, 1);
        return new Encoding(
            ids,
            library.getTokens(encoding),
            offsets,
            new int[ids.length],
            new int[ids.length],
            attention,
            List.of());
      } finally {
        library.deleteEncoding(encoding);
      }
    });
  }

  @Override
  public int[] encodeIds(String text) {
    return withHandle(tokenizer -> {
      long encoding = library.encode(tokenizer, text, false);
      try {
        return toInts(library.getTokenIds(encoding));
      } finally {
        library.deleteEncoding(encoding);
      }
    });
  }

  @Override
  public String decode(int[] ids, boolean skipSpecialTokens) {
    long[] wide = Arrays.stream(ids).asLongStream().toArray();
    return withHandle(tokenizer -> library.decode(tokenizer, wide, skipSpecialTokens));
  }

  private <T> T withHandle(LongFunction<T> call) {
    lock.readLock().lock();
    try {
      if (handle == 0) {
        throw new IllegalStateException("Tokenizer: used after close()");
      }
      return call.apply(handle);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (handle != 0) {
        library.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static int[] toInts(long[] values) {
    int[] ints = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }
}
