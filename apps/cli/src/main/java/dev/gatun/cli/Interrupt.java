// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end a command cleanly: what runs is asked to stop, the command winds up (a download
 * leaves nothing behind, the terminal its line), and only then the process goes. One that does not
 * wind up in time goes all the same. Thread-safe.
 */
final class Interrupt {
  private static final long PATIENCE_SECONDS = 5;

  private final CountDownLatch finished = new CountDownLatch(1);
  private Runnable stop;
  private boolean raised;

  /** Something that can be stopped, for as long as it is not closed. */
  interface Stoppable extends AutoCloseable {
    @Override
    void close();
  }

  /** Listens to the signals that end a process, on behalf of the thread that runs the command. */
  void catchSignals(Thread command) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (finished.getCount() > 0) {
                    raise();
                    command.interrupt();
                    awaitEnd();
                  }
                },
                "gatun-interrupt"));
  }

  private void awaitEnd() {
    try {
      finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The same as Ctrl-C. */
  void raise() {
    Runnable action;
    synchronized (this) {
      raised = true;
      action = stop;
    }
    if (action != null) {
      action.run();
    }
  }

  /** Whether Ctrl-C was pressed. */
  synchronized boolean raised() {
    return raised;
  }

  /** Has Ctrl-C run an action, at once if it was pressed before. */
  Stoppable onRaise(Runnable action) {
    boolean now;
    synchronized (this) {
      stop = action;
      now = raised;
    }
    if (now) {
      action.run();
    }
    return this::clear;
  }

  private synchronized void clear() {
    stop = null;
  }

  /** Says that the command has ended and all is printed. */
  void finished() {
    finished.countDown();
  }
}
