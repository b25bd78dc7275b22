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
 * @param capability compute capability of a GPU, 80 for 8.0; 0 of a CPU
 * @param cardBytes memory of a GPU, whoever uses it; 0 of a CPU
 * @param freeBytes of it now
 * @param isLost whether a fault has made a GPU unusable
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
    long launches,
    int capability,
    long cardBytes,
    long freeBytes,
    boolean isLost) {}
