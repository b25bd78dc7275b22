// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The life of native resources that calls in flight may be reading. A step holds a lease; closing
 * refuses new leases, waits for the ones in flight and then frees. Addresses inside a native struct
 * are invisible to the JVM, so this is what keeps them valid.
 *
 * <p>Thread-safe. A thread that closes while it holds a lease itself never waits for itself: the
 * resources are freed when the last lease ends.
 */
public final class Lifetime {
  private final String what;
  private final Runnable free;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ThreadLocalCount mine = new ThreadLocalCount();
  private int leases;
  private boolean closed;
  private boolean freed;

  /** Leases held by the current thread; an instance field, so it dies with the lifetime. */
  private static final class ThreadLocalCount extends ThreadLocal<int[]> {
    @Override
    protected int[] initialValue() {
      return new int[1];
    }
  }

  /**
   * @param what the object's name in messages, such as "model llama"
   * @param free called exactly once, after the last lease
   */
  public Lifetime(String what, Runnable free) {
    this.what = what;
    this.free = free;
  }

  /**
   * Runs one step under a lease.
   *
   * @throws IllegalStateException if the object is closed
   */
  public <T> T during(Supplier<T> step) {
    acquire();
    try {
      return step.get();
    } finally {
      release();
    }
  }

  /**
   * Takes a lease; pair it with {@link #release()} in a finally block.
   *
   * @throws IllegalStateException if the object is closed
   */
  public void acquire() {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException(what + " is closed");
      }
      leases++;
    } finally {
      lock.unlock();
    }
    mine.get()[0]++;
  }

  /** Ends a lease of the current thread. */
  public void release() {
    mine.get()[0]--;
    boolean last;
    lock.lock();
    try {
      leases--;
      last = closed && leases == 0 && !freed;
      if (last) {
        freed = true;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (last) {
      free.run();
    }
  }

  /** Whether new leases are refused. */
  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** Refuses new leases, waits for those of other threads, frees. A second call is harmless. */
  public void close() {
    boolean now = false;
    lock.lock();
    try {
      closed = true;
      int own = mine.get()[0];
      while (leases > own && !freed) {
        changed.awaitUninterruptibly();
      }
      if (leases == 0 && !freed) {
        freed = true;
        now = true;
      }
    } finally {
      lock.unlock();
    }
    if (now) {
      free.run();
    }
  }
}
