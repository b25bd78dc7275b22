// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.autograd.Tape;
import dev.gatun.nn.EncoderModel;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Losses.Smoothing;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** The main loss of a case, by the model's own means. */
@FunctionalInterface
interface CaseLoss {
  /** How the name of a label-smoothed loss begins. */
  String SMOOTHED = "label_smoothing_";

  /** The loss; under a tape its gradients are put in place. */
  double compute(Context context);

  /**
   * The loss of a pass, or null if the labels are of an unknown kind.
   *
   * @param name in {@code losses}; its end is the share of label smoothing
   */
  static CaseLoss of(
      Model model, Pass pass, PassRows rows, StoredTensors io, JsonNode config, String name) {
    if (model instanceof TrainableModel trainable) {
      Targets targets = CaseTargets.of(model, pass, rows, io, config);
      Smoothing smoothing = smoothing(name);
      return targets == null
          ? null
          : context -> ofTargets(context, trainable, rows, targets, smoothing);
    }
    if (model instanceof EncoderModel encoder
        && pass.labels().isEmpty()
        && pass.outputs().contains("sentence_embedding")) {
      return context -> ofPairs(context, encoder, rows);
    }
    return null;
  }

  private static SequenceBatch batch(Context context, PassRows rows) {
    return SequenceBatch.of(context, rows.ids(), rows.positions(), rows.types());
  }

  private static Smoothing smoothing(String name) {
    return name.startsWith(SMOOTHED)
        ? new Smoothing(Float.parseFloat(name.substring(SMOOTHED.length())), 0)
        : Smoothing.NONE;
  }

  private static double ofTargets(
      Context context, TrainableModel model, PassRows rows, Targets targets, Smoothing smoothing) {
    int[] lengths = Arrays.stream(rows.ids()).mapToInt(ids -> ids.length).toArray();
    LossOptions options =
        LossOptions.of(model.labelCounts(lengths, targets)).withSmoothing(smoothing);
    return model.loss(context, batch(context, rows), targets, options).value();
  }

  /** In-batch ranking of sentence embeddings. */
  private static double ofPairs(Context context, EncoderModel model, PassRows rows) {
    SequenceBatch batch = batch(context, rows);
    Tensor hidden = model.encode(context, batch);
    Tensor unit = Rows.pooling(context, hidden, batch.cuSeqlens(), Rows.Pooling.MEAN, true);
    RankingLoss loss = new RankingLoss(Values.of(unit));
    if (context.recorder() instanceof Tape tape) {
      tape.seed(unit, loss.gradient());
    }
    return loss.value();
  }
}
