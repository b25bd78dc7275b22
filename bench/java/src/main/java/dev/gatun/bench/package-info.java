// SPDX-License-Identifier: Apache-2.0
/**
 * JMH benchmarks: what a native call costs, prompts and tokens per second, embeddings per second.
 * Models are named by system properties: {@code gatun.bench.decoder} and {@code
 * gatun.bench.encoder}, a file or a folder each.
 */
package dev.gatun.bench;
