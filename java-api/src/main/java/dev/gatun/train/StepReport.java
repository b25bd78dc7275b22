// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import java.time.Duration;

/**
 * What one optimiser step did.
 *
 * @param step counted from 1
 * @param totalSteps of the run
 * @param epoch passes over the training set so far, with a fraction
 * @param loss mean over the labels of the step; NaN if there was no label, and nothing was changed
 * @param labels how many labels counted
 * @param gradientNorm before clipping
 * @param learningRate of the step
 * @param tokens of the step
 * @param tokensPerSecond of the step
 * @param remaining estimate until the end of the run
 * @param memoryBytes the device's memory in use, weights included
 */
public record StepReport(
    long step,
    long totalSteps,
    double epoch,
    double loss,
    long labels,
    double gradientNorm,
    double learningRate,
    long tokens,
    double tokensPerSecond,
    Duration remaining,
    long memoryBytes) {}
