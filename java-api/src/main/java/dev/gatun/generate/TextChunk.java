// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

/**
 * A piece of an answer: text that later tokens cannot change any more.
 *
 * @param text whole characters; never empty except where a token ends without text
 * @param token the token that completed it; -1 for what was held back until the end
 * @param logProb its log-probability; NaN unless asked for
 */
public record TextChunk(String text, int token, float logProb) {}
