// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.nn.Targets;
import java.util.Arrays;

/**
 * What one forward pass of training takes, still outside of native memory.
 *
 * @param examples indices into the set, for messages
 * @param tokens all of them, targets of an encoder-decoder included
 * @param ids [B][n] tokens of each sequence; the sources of an encoder-decoder
 * @param types [B][n] token types, or null for none
 * @param targets what is to be answered
 */
public record MicroBatch(int[] examples, long tokens, int[][] ids, int[][] types, Targets targets) {
  /** The length of each sequence. */
  public int[] lengths() {
    return Arrays.stream(ids).mapToInt(sequence -> sequence.length).toArray();
  }
}
