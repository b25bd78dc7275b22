// SPDX-License-Identifier: Apache-2.0
package dev.gatun.embed;

import dev.gatun.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cuts the tokens of a long text into pieces that keep its leading and trailing special tokens. */
final class Windows {
  private Windows() {}

  /** Pieces of at most {@code limit} tokens, in order. */
  static List<int[]> cut(Encoding encoding, int limit) {
    int[] ids = encoding.ids();
    int[] special = encoding.specialTokensMask();
    int begin = 0;
    while (begin < ids.length && special[begin] == 1) {
      begin++;
    }
    int end = ids.length;
    while (end > begin && special[end - 1] == 1) {
      end--;
    }
    int tail = ids.length - end;
    int room = Math.max(1, limit - begin - tail);
    List<int[]> pieces = new ArrayList<>();
    for (int at = begin; at < end; at += room) {
      int count = Math.min(room, end - at);
      int[] piece = Arrays.copyOf(ids, begin + count + tail);
      System.arraycopy(ids, at, piece, begin, count);
      System.arraycopy(ids, end, piece, begin + count, tail);
      pieces.add(piece);
    }
    return pieces;
  }
}
