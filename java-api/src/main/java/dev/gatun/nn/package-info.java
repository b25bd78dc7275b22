// SPDX-License-Identifier: Apache-2.0

/**
 * The parts that models are assembled from. A part owns its parameters' descriptions, not their
 * memory: that belongs to the {@link dev.gatun.nn.ParameterSource} it was built from. Every {@code
 * forward} takes the {@link dev.gatun.tensor.Context} first and returns tensors of its innermost
 * workspace scope. Shapes use the letters of {@link dev.gatun.tensor}; batches are token-major and
 * ragged, never padded.
 */
package dev.gatun.nn;
