// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens of one answer, pulled by the reader: {@code while (stream.next())
 * use(stream.token())}. The engine runs at most a bounded number of tokens ahead and then pauses
 * the request. Reading allocates nothing. One reader at a time; it may be a virtual thread. Closing
 * cancels.
 */
public final class TokenStream implements AutoCloseable {
  private final ReentrantLock lock = new ReentrantLock();
  private final Runnable wakeEngine;
  private final int topCount;
  private final int[] tokens;
  private final float[] logProbs;
  private final int[] topTokens;
  private final float[] topLogProbs;
  private int head;
  private int count;
  private boolean cancelled;
  // Who waits in next(), or null: a condition would allocate at every wait. It is woken once the
  // lock
  // is free, since waiting for a lock allocates too.
  private Thread reader;
  private FinishReason reason;
  private RuntimeException failure;
  private int token;
  private float logProb;
  private final int[] currentTopTokens;
  private final float[] currentTopLogProbs;
  private volatile int promptTokensRead;

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
    boolean wasFull;
    lock.lock();
    try {
      waitForToken();
      if (count == 0) {
        if (failure != null) {
          throw failure;
        }
        return false;
      }
      wasFull = count == tokens.length;
      token = tokens[head];
      logProb = logProbs[head];
      System.arraycopy(topTokens, head * topCount, currentTopTokens, 0, topCount);
      System.arraycopy(topLogProbs, head * topCount, currentTopLogProbs, 0, topCount);
      head = (head + 1) % tokens.length;
      count--;
    } finally {
      lock.unlock();
    }
    if (wasFull) {
      wakeEngine.run();
    }
    return true;
  }

  /** Called and left with the lock held. An interrupt does not end the wait; it stays visible. */
  private void waitForToken() {
    boolean interrupted = false;
    while (count == 0 && reason == null && failure == null) {
      reader = Thread.currentThread();
      lock.unlock();
      try {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      } finally {
        lock.lock();
        reader = null;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
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

  /** Why the answer ended; null while it goes on. */
  public FinishReason finishReason() {
    lock.lock();
    try {
      return count == 0 ? reason : null;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the answer within one step; tokens that have arrived can still be read. */
  public void cancel() {
    Thread waiting;
    lock.lock();
    try {
      cancelled = true;
      if (reason == null) {
        reason = FinishReason.CANCELLED;
      }
      waiting = reader;
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(waiting);
    wakeEngine.run();
  }

  /** The same as {@link #cancel()}; harmless at the end and a second time. */
  @Override
  public void close() {
    cancel();
  }

  // ---- the engine's side ----

  void promptRead(int tokens) {
    promptTokensRead = tokens;
  }

  boolean isCancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the reader is so far behind that the request has to pause. */
  boolean isFull() {
    lock.lock();
    try {
      return count == tokens.length;
    } finally {
      lock.unlock();
    }
  }

  void put(int newToken, float newLogProb, int[] top, float[] topValues) {
    Thread waiting;
    lock.lock();
    try {
      int at = (head + count) % tokens.length;
      tokens[at] = newToken;
      logProbs[at] = newLogProb;
      if (topCount > 0) {
        System.arraycopy(top, 0, topTokens, at * topCount, topCount);
        System.arraycopy(topValues, 0, topLogProbs, at * topCount, topCount);
      }
      count++;
      waiting = reader;
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(waiting);
  }

  void finish(FinishReason why) {
    Thread waiting;
    lock.lock();
    try {
      if (reason == null) {
        reason = why;
      }
      waiting = reader;
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(waiting);
  }

  void fail(RuntimeException why) {
    Thread waiting;
    lock.lock();
    try {
      if (reason == null) {
        failure = why;
      }
      waiting = reader;
    } finally {
      lock.unlock();
    }
    LockSupport.unpark(waiting);
  }
}
