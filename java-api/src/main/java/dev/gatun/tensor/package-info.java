// SPDX-License-Identifier: Apache-2.0

/**
 * Devices, tensors, weights and the context in which operations run.
 *
 * <p>Letters used for shapes everywhere: N tokens of all sequences of a batch, B sequences, T query
 * length, S key length, E hidden size, H query heads, G key/value heads, D head size, F
 * feed-forward size, V vocabulary, L layers, P pages. Row-major, last dimension contiguous.
 */
package dev.gatun.tensor;
