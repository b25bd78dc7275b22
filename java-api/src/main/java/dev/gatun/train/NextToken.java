// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.DataException;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import java.util.Map;

/** {@link Objective#nextToken}. */
record NextToken() implements Objective {
  @Override
  public Map<String, String> settings() {
    return Map.of("objective", "next token");
  }

  @Override
  public void check(TrainableModel model, ExampleSet set) {
    if (!(model instanceof CausalModel causal)) {
      throw new IllegalArgumentException("next token: " + model.architecture() + " is no decoder");
    }
    ExampleBatches.requireLengths(model, set);
    for (int i = 0; i < set.size(); i++) {
      Example example = set.get(i);
      if (example.labels() != null && example.labels().length != example.ids().length) {
        throw new DataException(
            "example "
                + i
                + " has "
                + example.labels().length
                + " labels for "
                + example.ids().length
                + " tokens");
      }
      ExampleBatches.requireTokens(i, example.ids(), causal.vocabularySize());
      ExampleBatches.requireTokens(i, labels(example), causal.vocabularySize());
    }
  }

  private static int[] labels(Example example) {
    return example.labels() == null ? example.ids() : example.labels();
  }

  @Override
  public MicroBatch batch(TrainableModel model, ExampleSet set, int[] examples, long epoch) {
    int[][] labels = new int[examples.length][];
    for (int b = 0; b < labels.length; b++) {
      labels[b] = labels(set.get(examples[b]));
    }
    return ExampleBatches.batch(
        set, examples, ExampleBatches.ids(set, examples), null, Targets.next(labels));
  }

  @Override
  public Measures measures() {
    return new Measures.LossAndAccuracy(true);
  }
}
