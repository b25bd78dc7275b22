// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * How a CPU device is opened.
 *
 * @param threads members of the thread pool; 0 takes the physical cores visible to the process
 * @param isa highest instruction set tier to use
 * @param memoryBudgetBytes most bytes of weights, caches and activations together; 0 is no limit
 */
public record DeviceOptions(int threads, IsaTier isa, long memoryBudgetBytes) {
  /** Checks the ranges. */
  public DeviceOptions {
    if (threads < 0 || threads > 1024) {
      throw new IllegalArgumentException("device: threads is " + threads + ", expected 0 to 1024");
    }
    if (memoryBudgetBytes < 0) {
      throw new IllegalArgumentException(
          "device: memoryBudgetBytes is " + memoryBudgetBytes + ", expected at least 0");
    }
  }

  /** All cores, the best tier, no budget. */
  public static DeviceOptions defaults() {
    return new DeviceOptions(0, IsaTier.AUTO, 0);
  }

  /** The same with another number of threads. */
  public DeviceOptions withThreads(int count) {
    return new DeviceOptions(count, isa, memoryBudgetBytes);
  }

  /** The same with a lower tier. */
  public DeviceOptions withIsa(IsaTier tier) {
    return new DeviceOptions(threads, tier, memoryBudgetBytes);
  }

  /** The same with another budget. */
  public DeviceOptions withMemoryBudgetBytes(long bytes) {
    return new DeviceOptions(threads, isa, bytes);
  }
}
