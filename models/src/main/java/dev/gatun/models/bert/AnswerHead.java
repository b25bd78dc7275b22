// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models.bert;

import dev.gatun.nn.Layer;
import dev.gatun.nn.Linear;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.ops.Losses;
import dev.gatun.ops.Losses.Sum;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Extractive question answering: for each token, scores of being the answer's first and its last,
 * [N] each. The loss is the mean of two cross-entropies over the tokens of a sequence.
 */
final class AnswerHead implements BertHead {
  private final Linear start;
  private final Linear end;

  AnswerHead(Linear start, Linear end) {
    this.start = start;
    this.end = end;
  }

  @Override
  public Map<String, Tensor> outputs(
      Context context, BertModel encoder, Tensor hidden, SequenceBatch batch) {
    return Map.of(
        "start_logits", flat(start, context, hidden), "end_logits", flat(end, context, hidden));
  }

  private static Tensor flat(Linear linear, Context context, Tensor states) {
    return linear.forward(context, states).reshape(states.dim(0));
  }

  private static Targets.Spans spans(Targets targets) {
    if (targets instanceof Targets.Spans spans) {
      return spans;
    }
    throw Targets.unsuitable("BERT for answers", targets, Targets.Spans.class);
  }

  @Override
  public long[] labelCounts(int[] lengths, Targets targets) {
    Targets.Spans spans = spans(targets);
    return new long[] {inside(lengths, spans.starts()), inside(lengths, spans.ends())};
  }

  private static long inside(int[] lengths, int[] positions) {
    long count = 0;
    for (int b = 0; b < positions.length; b++) {
      count += positions[b] >= 0 && positions[b] < lengths[b] ? 1 : 0;
    }
    return count;
  }

  @Override
  public LossValue loss(
      Context context,
      BertModel encoder,
      Tensor hidden,
      SequenceBatch batch,
      Targets targets,
      LossOptions options) {
    Targets.Spans spans = spans(targets);
    return new LossValue(
        List.of(
            part("start", start, spans.starts(), context, hidden, batch, options.scale(0) / 2),
            part("end", end, spans.ends(), context, hidden, batch, options.scale(1) / 2)));
  }

  private static LossValue.Part part(
      String name,
      Linear linear,
      int[] positions,
      Context context,
      Tensor hidden,
      SequenceBatch batch,
      float scale) {
    Tensor scores = flat(linear, context, hidden);
    Sum sum = Losses.positionCrossEntropy(context, scores, batch.cuSeqlens(), positions, scale);
    return LossValue.Part.of(name, sum, scale);
  }

  @Override
  public List<Parameter> parameters() {
    return Layer.parametersOf(start, end);
  }
}
