// SPDX-License-Identifier: Apache-2.0

/**
 * Qwen2, Qwen2.5 and Qwen3 (dense): Llama blocks with biases of query, key and value (Qwen2) or
 * with norms of query and key heads (Qwen3). arXiv 2407.10671, 2412.15115, 2505.09388.
 */
package dev.gatun.models.qwen;
