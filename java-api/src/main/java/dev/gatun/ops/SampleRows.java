// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.gatun_sample_row;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;

/**
 * How the next token of each row of scores is chosen, for {@link Logits#sample}. Filled anew for
 * each step in memory that is kept. Not thread-safe.
 */
public final class SampleRows implements AutoCloseable {
  /**
   * What a request asks for.
   *
   * @param repetition divides positive and multiplies negative scores of tokens that occurred; 1 is
   *     none
   * @param frequency subtracted per occurrence in the answer
   * @param presence subtracted once for tokens of the answer
   * @param draws false for the largest score, of equals the smallest token
   * @param temperature divides scores before a draw
   * @param topK draw among the k best; 0 is all
   * @param topP draw among the best that together have this probability; 1 is all
   * @param minP no tokens below this fraction of the best one's probability
   * @param seed of draws
   */
  public record Settings(
      float repetition,
      double frequency,
      double presence,
      boolean draws,
      float temperature,
      int topK,
      double topP,
      double minP,
      long seed) {
    /** The largest score. */
    public static final Settings GREEDY = new Settings(1, 0, 0, false, 1, 0, 1, 0, 0);

    private boolean hasPenalty() {
      return repetition != 1 || frequency != 0 || presence != 0;
    }
  }

  private static final long ROW = gatun_sample_row.sizeof();

  // What it grows out of stays until the end: together no more than what it has.
  private final Arena arena = Arena.ofShared();
  private MemorySegment rows = arena.allocate(16 * ROW, 64);
  private MemorySegment history = arena.allocate(4096L * Integer.BYTES, 64);
  private int count;
  private int historyLength;

  /** Takes memory for a few rows. */
  public SampleRows() {}

  /** No rows. */
  public void clear() {
    count = 0;
    historyLength = 0;
  }

  /**
   * One more row.
   *
   * @param tokens of its sequence, by index
   * @param promptLength the first of them that is the answer's
   * @param length their number, and the position that is drawn for
   */
  public void add(Settings settings, IntUnaryOperator tokens, int promptLength, int length) {
    if ((count + 1) * ROW > rows.byteSize()) {
      rows = arena.allocate(2 * rows.byteSize(), 64).copyFrom(rows);
    }
    int first = historyLength;
    int kept = settings.hasPenalty() ? length : 0;
    reserveHistory(kept);
    for (int i = 0; i < kept; i++) {
      history.setAtIndex(ValueLayout.JAVA_INT, first + i, tokens.applyAsInt(i));
    }
    historyLength += kept;
    MemorySegment row = rows.asSlice(count * ROW, ROW);
    count++;
    gatun_sample_row.frequency(row, settings.frequency());
    gatun_sample_row.presence(row, settings.presence());
    gatun_sample_row.top_p(row, settings.topP());
    gatun_sample_row.min_p(row, settings.minP());
    gatun_sample_row.seed(row, settings.seed());
    gatun_sample_row.position(row, length);
    gatun_sample_row.repetition(row, settings.repetition());
    gatun_sample_row.temperature(row, settings.temperature());
    gatun_sample_row.top_k(row, settings.topK());
    gatun_sample_row.sample(row, settings.draws() ? 1 : 0);
    gatun_sample_row.first(row, first);
    gatun_sample_row.answer(row, first + Math.min(promptLength, kept));
    gatun_sample_row.last(row, first + kept);
  }

  private void reserveHistory(int more) {
    long needed = (long) (historyLength + more) * Integer.BYTES;
    if (needed > history.byteSize()) {
      history = arena.allocate(Math.max(needed, 2 * history.byteSize()), 64).copyFrom(history);
    }
  }

  /** A row whose largest score wins. */
  public void addGreedy() {
    add(Settings.GREEDY, index -> 0, 0, 0);
  }

  int count() {
    return count;
  }

  MemorySegment rows() {
    return rows;
  }

  MemorySegment history() {
    return historyLength == 0 ? MemorySegment.NULL : history;
  }

  int historyLength() {
    return historyLength;
  }

  @Override
  public void close() {
    arena.close();
  }
}
