// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.data.Masking;
import dev.gatun.nn.LossOptions;
import dev.gatun.nn.LossValue;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.TrainableModel;
import dev.gatun.ops.Losses.Smoothing;
import dev.gatun.tensor.Context;
import java.util.Map;

/** What a model learns from examples. Immutable; safe for any thread. */
public interface Objective {
  /** The settings by name, the objective's own name under "objective". */
  Map<String, String> settings();

  /**
   * Checks that a model can learn from every example of a set.
   *
   * @throws dev.gatun.data.DataException naming the example: too long for the model's positions, a
   *     label out of range or missing
   * @throws IllegalArgumentException if the model has no head for the objective
   */
  void check(TrainableModel model, ExampleSet set);

  /**
   * Makes a batch: a pure function of its arguments.
   *
   * @param examples indices into the set
   * @param epoch for what is drawn anew in every epoch
   */
  MicroBatch batch(TrainableModel model, ExampleSet set, int[] examples, long epoch);

  /** How the cross-entropy is smoothed in training; evaluations are not smoothed. */
  default Smoothing smoothing() {
    return Smoothing.NONE;
  }

  /** Puts a batch into the context's workspace. */
  default SequenceBatch place(Context context, TrainableModel model, MicroBatch batch) {
    return SequenceBatch.of(context, batch.ids(), null, batch.types());
  }

  /** The loss of a batch; when the context records, a tape's backward may follow. */
  default LossValue loss(
      Context context, TrainableModel model, MicroBatch batch, LossOptions options) {
    SequenceBatch placed = place(context, model, batch);
    return model.loss(context, placed, batch.targets(), options);
  }

  /** A fresh collector of what an evaluation measures. */
  default Measures measures() {
    return new Measures.LossAndAccuracy(false);
  }

  /**
   * Next token. The examples are documents or pieces of them, each a sequence of its own that sees
   * no other; their first tokens are no targets. {@link Example#labels()} say which tokens count,
   * or null for all.
   */
  static Objective nextToken() {
    return new NextToken();
  }

  /** Masked tokens; the masks of every epoch are others. */
  static Objective maskedTokens(Masking masking) {
    return new MaskedTokens(masking);
  }

  /**
   * What an encoder-decoder is to write for each source: {@link Example#target()}, with its end
   * token.
   *
   * @param labelSmoothing share of the probability that training spreads over the vocabulary
   */
  static Objective sequenceToSequence(double labelSmoothing) {
    return new SequenceToSequence((float) labelSmoothing);
  }

  /** A class for each sequence. */
  static Objective sequenceClassification(int classes) {
    return new SequenceClasses(classes);
  }

  /** A class for each token with a label. */
  static Objective tokenClassification(int classes) {
    return new TokenClasses(classes);
  }
}
