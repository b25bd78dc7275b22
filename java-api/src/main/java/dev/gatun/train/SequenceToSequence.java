// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.DataException;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Losses.Smoothing;
import java.util.Map;

/** {@link Objective#sequenceToSequence}. */
record SequenceToSequence(float labelSmoothing) implements Objective {
  SequenceToSequence {
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "sequence to sequence: label smoothing is " + labelSmoothing + ", expected 0 to below 1");
    }
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "objective",
        "sequence to sequence",
        "objective.label_smoothing",
        Float.toString(labelSmoothing));
  }

  @Override
  public void check(TrainableModel model, ExampleSet set) {
    if (!(model instanceof Seq2SeqModel writer)) {
      throw new IllegalArgumentException(
          "sequence to sequence: " + model.architecture() + " is no encoder-decoder");
    }
    for (int i = 0; i < set.size(); i++) {
      Example example = set.get(i);
      if (example.target() == null || example.target().length == 0) {
        throw new DataException("example " + i + " has no target to write");
      }
      requireLength(i, "source", example.ids(), writer.sourceLength());
      requireLength(i, "target", example.target(), writer.contextLength());
      ExampleBatches.requireTokens(i, example.ids(), writer.vocabularySize());
      ExampleBatches.requireTokens(i, example.target(), writer.vocabularySize());
    }
  }

  private static void requireLength(int example, String side, int[] tokens, int most) {
    if (tokens.length > most) {
      throw new DataException(
          "example "
              + example
              + " has a "
              + side
              + " of "
              + tokens.length
              + " tokens, the model has positions for "
              + most
              + ": cut it");
    }
  }

  @Override
  public MicroBatch batch(TrainableModel model, ExampleSet set, int[] examples, long epoch) {
    int[][] targets = new int[examples.length][];
    for (int b = 0; b < targets.length; b++) {
      targets[b] = set.get(examples[b]).target();
    }
    return ExampleBatches.batch(
        set, examples, ExampleBatches.ids(set, examples), null, new Targets.Sequences(targets));
  }

  @Override
  public Smoothing smoothing() {
    return new Smoothing(labelSmoothing, 0);
  }

  @Override
  public Measures measures() {
    return new Measures.LossAndAccuracy(true);
  }
}
