// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The tokens of one answer, pulled by the reader: {@code while (stream.next())
 * use(stream.token())}. The engine runs at most a bounded number of tokens ahead and then pauses
 * the request. Reading allocates nothing. One reader at a time; it may be a virtual thread. Closing
 * cancels.
 */
public final class TokenStream implements AutoCloseable {
  /** How an answer ended: a reason, or the failure that next() throws. */
  private record End(FinishReason reason, RuntimeException failure) {}

  private final Runnable wakeEngine;
  private final int topCount;

  // A ring with one writer, the engine, and one reader. Without a lock, since waiting for one
  // allocates. Each side writes its own count only; both count all tokens of the answer.
  private final int[] tokens;
  private final float[] logProbs;
  private final int[] topTokens;
  private final float[] topLogProbs;
  private volatile long written;
  private volatile long read;
  // Who waits in next(), or null.
  private volatile Thread reader;
  private volatile boolean cancelled;
  private final AtomicReference<End> end = new AtomicReference<>();
  private volatile int promptTokensRead;

  // What next() found.
  private int token;
  private float logProb;
  private final int[] currentTopTokens;
  private final float[] currentTopLogProbs;

  TokenStream(int capacity, int topCount, Runnable wakeEngine) {
    this.wakeEngine = wakeEngine;
    this.topCount = Math.max(0, topCount);
    this.tokens = new int[capacity];
    this.logProbs = new float[capacity];
    this.topTokens = new int[capacity * this.topCount];
    this.topLogProbs = new float[capacity * this.topCount];
    this.currentTopTokens = new int[this.topCount];
    this.currentTopLogProbs = new float[this.topCount];
  }

  /**
   * Waits for the next token.
   *
   * @return false at the end of the answer
   * @throws RuntimeException the failure that ended the request, such as {@link
   *     IllegalStateException} because the model was closed
   */
  public boolean next() {
    long at = read;
    if (!awaitToken(at)) {
      RuntimeException failure = end.get().failure();
      if (failure != null) {
        throw failure;
      }
      return false;
    }
    int slot = (int) (at % tokens.length);
    token = tokens[slot];
    logProb = logProbs[slot];
    System.arraycopy(topTokens, slot * topCount, currentTopTokens, 0, topCount);
    System.arraycopy(topLogProbs, slot * topCount, currentTopLogProbs, 0, topCount);
    read = at + 1;
    // Looked at after the count has moved: an engine that still found no room is seen here.
    if (written - at == tokens.length) {
      wakeEngine.run();
    }
    return true;
  }

  /**
   * Whether there is a token after the first {@code count}; waits until there is one or the end. An
   * interrupt does not end the wait; it stays visible.
   */
  private boolean awaitToken(long count) {
    boolean interrupted = false;
    boolean ended = false;
    // The end is looked at first: tokens that were put before it are seen then.
    while (written == count && !ended) {
      reader = Thread.currentThread();
      ended = end.get() != null;
      if (written == count && !ended) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    reader = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return written != count;
  }

  /** Reads the rest. */
  int[] drain() {
    int[] all = new int[16];
    int length = 0;
    while (next()) {
      if (length == all.length) {
        all = Arrays.copyOf(all, 2 * length);
      }
      all[length++] = token;
    }
    return Arrays.copyOf(all, length);
  }

  /** The token that {@link #next()} found. */
  public int token() {
    return token;
  }

  /** Its log-probability under the model; NaN unless asked for. */
  public float logProb() {
    return logProb;
  }

  /** The best tokens at that position, as many as asked for; a copy. */
  public int[] topTokens() {
    return Arrays.copyOf(currentTopTokens, topCount);
  }

  /** Their log-probabilities; a copy. */
  public float[] topLogProbs() {
    return Arrays.copyOf(currentTopLogProbs, topCount);
  }

  /** Tokens of the prompt that the engine has worked through so far; from any thread. */
  public int promptTokensRead() {
    return promptTokensRead;
  }

  /** Why the answer ended; null while it goes on, and where it failed. */
  public FinishReason finishReason() {
    End how = end.get();
    return how == null || written != read ? null : how.reason();
  }

  /** Ends the answer within one step; tokens that have arrived can still be read. */
  public void cancel() {
    cancelled = true;
    end(new End(FinishReason.CANCELLED, null));
    wakeEngine.run();
  }

  /** The same as {@link #cancel()}; harmless at the end and a second time. */
  @Override
  public void close() {
    cancel();
  }

  /** The first end counts. */
  private void end(End how) {
    end.compareAndSet(null, how);
    LockSupport.unpark(reader);
  }

  // ---- the engine's side ----

  void promptRead(int count) {
    promptTokensRead = count;
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Whether the reader is so far behind that the request has to pause. */
  boolean isFull() {
    return written - read == tokens.length;
  }

  /** Adds a token; there must be room. */
  void put(int newToken, float newLogProb, int[] top, float[] topValues) {
    long at = written;
    int slot = (int) (at % tokens.length);
    tokens[slot] = newToken;
    logProbs[slot] = newLogProb;
    if (topCount > 0) {
      System.arraycopy(top, 0, topTokens, slot * topCount, topCount);
      System.arraycopy(topValues, 0, topLogProbs, slot * topCount, topCount);
    }
    written = at + 1;
    LockSupport.unpark(reader);
  }

  void finish(FinishReason why) {
    end(new End(why, null));
  }

  void fail(RuntimeException why) {
    end(new End(null, why));
  }
}
