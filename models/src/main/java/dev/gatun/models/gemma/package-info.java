// SPDX-License-Identifier: Apache-2.0

/**
 * Gemma 2 and Gemma 3 (text): four norms per block that multiply by 1 + w, embeddings scaled by √E,
 * a gated feed-forward with tanh GELU, layers with a sliding window among full ones. arXiv
 * 2408.00118, 2503.19786.
 */
package dev.gatun.models.gemma;
