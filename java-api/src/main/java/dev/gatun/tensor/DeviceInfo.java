// SPDX-License-Identifier: Apache-2.0
package dev.gatun.tensor;

/**
 * What a device is and what it has done so far.
 *
 * @param name the processor's own name
 * @param isa tier in use
 * @param machineIsa best tier of the machine
 * @param threads members of the pool
 * @param memoryBudgetBytes 0 where there is no limit
 * @param allocatedBytes weights, caches and activations now
 * @param peakBytes the most that was allocated at once
 * @param weightPasses how often a weight matrix was read by a product
 * @param regions parallel regions started on a CPU
 * @param launches operations given to a GPU
 */
public record DeviceInfo(
    String name,
    IsaTier isa,
    IsaTier machineIsa,
    int threads,
    long memoryBudgetBytes,
    long allocatedBytes,
    long peakBytes,
    long weightPasses,
    long regions,
    long launches) {}
