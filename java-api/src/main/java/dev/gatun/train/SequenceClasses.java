// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.ExampleSet;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import java.util.Arrays;
import java.util.Map;

/** {@link Objective#sequenceClassification}. */
record SequenceClasses(int classes) implements Objective {
  @Override
  public Map<String, String> settings() {
    return Map.of(
        "objective", "sequence classification", "objective.classes", Integer.toString(classes));
  }

  @Override
  public void check(TrainableModel model, ExampleSet set) {
    ExampleBatches.requireLengths(model, set);
    ExampleBatches.requireLabels(set, false, classes);
  }

  @Override
  public MicroBatch batch(TrainableModel model, ExampleSet set, int[] examples, long epoch) {
    int[] labels = Arrays.stream(examples).map(i -> set.get(i).labels()[0]).toArray();
    return ExampleBatches.batch(
        set,
        examples,
        ExampleBatches.ids(set, examples),
        ExampleBatches.types(set, examples),
        new Targets.Classes(labels));
  }

  @Override
  public Measures measures() {
    return new ClassMeasures(classes);
  }
}
