// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.nn.CausalModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.ops.Logits;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Scores of a decoder over given tokens, a few rows at a time since vocabularies are large. */
final class TokenScores {
  private static final int ROWS = 64;

  private final CausalModel model;

  TokenScores(CausalModel model) {
    this.model = model;
  }

  /** What is done with the scores of rows {@code first} and following. */
  private interface Use {
    void accept(int first, Tensor logits, Logits.Best best);
  }

  private void run(int[] ids, int from, Use use) {
    try (Context context = model.newContext()) {
      Tensor hidden = model.hidden(context, SequenceBatch.of(context, ids));
      for (int first = from; first < ids.length; first += ROWS) {
        try (Workspace.Scope _ = context.workspace().scope()) {
          int[] rows = IntStream.range(first, Math.min(first + ROWS, ids.length)).toArray();
          Tensor logits = model.logits(context, hidden, context.indices(rows));
          use.accept(first, logits, Logits.topK(context, logits, 1));
        }
      }
    }
  }

  /** All logits: [T, V]. */
  Values logits(int[] ids) {
    int vocabulary = model.vocabularySize();
    float[] all = new float[ids.length * vocabulary];
    run(
        ids,
        0,
        (first, logits, best) -> {
          float[] values = logits.toFloatArray();
          System.arraycopy(values, 0, all, first * vocabulary, values.length);
        });
    return new Values(all, ids.length, vocabulary);
  }

  /** The best token behind each position from {@code from}. */
  int[] best(int[] ids, int from) {
    int[] tokens = new int[ids.length - from];
    run(
        ids,
        from,
        (first, logits, best) -> {
          int[] indices = best.indices().toIntArray();
          System.arraycopy(indices, 0, tokens, first - from, indices.length);
        });
    return tokens;
  }

  /**
   * exp of the mean negative log-likelihood; the first token of a window is not scored.
   *
   * @param lead put before every window but the first, or null
   */
  double perplexity(int[] ids, int window, Integer lead) {
    double[] sum = new double[1];
    int count = 0;
    for (int start = 0; start < ids.length; start += window) {
      int from = start > 0 && lead != null ? start - 1 : start;
      int[] part = Arrays.copyOfRange(ids, from, Math.min(start + window, ids.length));
      if (from < start) {
        part[0] = lead;
      }
      count += part.length - 1;
      run(
          part,
          0,
          (first, logits, best) -> {
            int vocabulary = model.vocabularySize();
            for (int i = 0; i < logits.dim(0) && first + i + 1 < part.length; i++) {
              float score = logits.getFloat((long) i * vocabulary + part[first + i + 1]);
              sum[0] += best.logSumExp().getFloat(i) - score;
            }
          });
    }
    return Math.exp(sum[0] / count);
  }
}
