// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Example;
import dev.gatun.eval.Classification;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TaskModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Losses;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Loss, accuracy and macro F1 of a classifier, from one forward pass. */
final class ClassMeasures implements Measures {
  private final Classification counts;
  private double loss;

  ClassMeasures(int classes) {
    this.counts = new Classification(classes);
  }

  @Override
  public void add(
      Context context,
      Objective objective,
      TrainableModel model,
      MicroBatch batch,
      LossOptions options) {
    int[] labels =
        switch (batch.targets()) {
          case Targets.Classes classes -> classes.labels();
          case Targets.Tokens tokens -> tokens.labels();
          default -> throw new IllegalStateException("no classes in " + batch.targets());
        };
    if (!(model instanceof TaskModel task)) {
      throw new IllegalArgumentException(
          "classification: " + model.architecture() + " has no head that gives logits");
    }
    Tensor logits = task.outputs(context, objective.place(context, model, batch)).get("logits");
    Losses.Sum sum =
        Losses.crossEntropy(context, logits, labels, options.scale(0), options.smoothing());
    loss += LossValue.of(sum, options.scale(0)).value();
    count(logits, labels);
  }

  private void count(Tensor logits, int[] labels) {
    int width = Math.toIntExact(logits.dim(1));
    float[] scores = new float[width];
    for (int row = 0; row < labels.length; row++) {
      if (labels[row] == Example.IGNORED) {
        continue;
      }
      logits.copyRowTo(row, scores);
      int best = 0;
      for (int c = 1; c < width; c++) {
        if (scores[c] > scores[best]) {
          best = c;
        }
      }
      counts.add(labels[row], best);
    }
  }

  @Override
  public Map<String, Double> values() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loss);
    values.put("accuracy", counts.accuracy());
    values.put("macro_f1", counts.macroF1());
    return values;
  }
}
