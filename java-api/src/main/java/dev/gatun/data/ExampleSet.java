// SPDX-License-Identifier: Apache-2.0
package dev.gatun.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Examples in a fixed order, addressed by index. Immutable and safe for any thread, as long as
 * nobody changes the arrays.
 */
public final class ExampleSet {
  private final List<Example> examples;
  private final long tokens;
  private final String fingerprint;

  /**
   * A copy of the list.
   *
   * @throws DataException if it is empty
   */
  public ExampleSet(List<Example> examples) {
    if (examples.isEmpty()) {
      throw new DataException("expected at least one example, got an empty set");
    }
    this.examples = List.copyOf(examples);
    this.tokens = examples.stream().mapToLong(Example::tokens).sum();
    this.fingerprint = hash(this.examples);
  }

  /** The number of examples. */
  public int size() {
    return examples.size();
  }

  /** Example {@code index}. */
  public Example get(int index) {
    return examples.get(index);
  }

  /** All examples. */
  public List<Example> examples() {
    return examples;
  }

  /** Tokens of all examples. */
  public long tokens() {
    return tokens;
  }

  /** SHA-256 of the contents, by which a resumed run knows that it sees the same data. */
  public String fingerprint() {
    return fingerprint;
  }

  /**
   * Cuts off the last {@code count} examples of a shuffled order, for evaluation.
   *
   * @param count at least 1 and fewer than there are
   * @param seed of the order
   */
  public Split split(int count, long seed) {
    if (count < 1 || count >= size()) {
      throw new IllegalArgumentException(
          "split: count is " + count + ", expected 1 to " + (size() - 1));
    }
    int[] order = Shuffle.order(size(), seed, 0);
    List<Example> shuffled = java.util.Arrays.stream(order).mapToObj(examples::get).toList();
    return new Split(
        new ExampleSet(shuffled.subList(0, size() - count)),
        new ExampleSet(shuffled.subList(size() - count, size())));
  }

  /**
   * Two parts of a set.
   *
   * @param train to learn from
   * @param heldOut to evaluate on
   */
  public record Split(ExampleSet train, ExampleSet heldOut) {}

  private static String hash(List<Example> examples) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    for (Example example : examples) {
      for (int[] part :
          new int[][] {example.ids(), example.types(), example.labels(), example.target()}) {
        int length = part == null ? -1 : part.length;
        ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * Math.max(0, length)).putInt(length);
        for (int i = 0; i < length; i++) {
          bytes.putInt(part[i]);
        }
        digest.update(bytes.array());
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
