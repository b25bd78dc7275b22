// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * An answer of beam search.
 *
 * @param tokens the new tokens, the end token included
 * @param score sum of log-probabilities divided by length^lengthPenalty
 * @param finishReason why it ended
 */
public record Beam(int[] tokens, double score, FinishReason finishReason) {}
