// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** Collects what an evaluation measures, batch by batch. Not thread-safe. */
public interface Measures {
  /** Runs the model over a batch; the context does not record. */
  void add(
      Context context,
      Objective objective,
      TrainableModel model,
      MicroBatch batch,
      LossOptions options);

  /** The measures by name, "loss" first. */
  Map<String, Double> values();

  /** The loss, the share of labels that had the largest score, and the perplexity if wanted. */
  final class LossAndAccuracy implements Measures {
    private final boolean perplexity;
    private double loss;
    private long labels;
    private long correct;

    /** With or without the exponential of the loss. */
    public LossAndAccuracy(boolean perplexity) {
      this.perplexity = perplexity;
    }

    @Override
    public void add(
        Context context,
        Objective objective,
        TrainableModel model,
        MicroBatch batch,
        LossOptions options) {
      LossValue value = objective.loss(context, model, batch, options);
      loss += value.value();
      for (LossValue.Part part : value.parts()) {
        labels += part.labels();
        correct += part.correct();
      }
    }

    @Override
    public Map<String, Double> values() {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("loss", loss);
      values.put("accuracy", (double) correct / Math.max(1, labels));
      if (perplexity) {
        values.put("perplexity", Math.exp(loss));
      }
      return values;
    }
  }
}
