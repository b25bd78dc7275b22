// SPDX-License-Identifier: Apache-2.0

/**
 * Generation: configuration, processing of scores, sampling, and the engine that runs many requests
 * over one paged cache. Tokens are pulled, never pushed.
 */
package dev.gatun.generate;
