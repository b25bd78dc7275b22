// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

import java.util.ArrayList;
import java.util.List;
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

  /** The thread of every lease in flight: a handful, so a list serves. */
  private final List<Thread> holders = new ArrayList<>();

  private boolean closed;
  private boolean freed;

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
      holders.add(Thread.currentThread());
    } finally {
      lock.unlock();
    }
  }

  /** Ends a lease of the current thread. */
  public void release() {
    boolean last;
    lock.lock();
    try {
      holders.remove(Thread.currentThread());
      last = closed && holders.isEmpty() && !freed;
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
      while (!freed && othersHold()) {
        changed.awaitUninterruptibly();
      }
      if (holders.isEmpty() && !freed) {
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

  private boolean othersHold() {
    for (Thread holder : holders) {
      if (holder != Thread.currentThread()) {
        return true;
      }
    }
    return false;
  }
}
