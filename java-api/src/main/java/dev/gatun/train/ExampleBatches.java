// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.DataException;
import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.nn.DecoderModel;
import dev.gatun.nn.EncoderModel;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;

/** What several objectives do with examples: check them against a model, make batches. */
final class ExampleBatches {
  private ExampleBatches() {}

  /** The longest sequence that the model takes. */
  static int positions(TrainableModel model) {
    return switch (model) {
      case Seq2SeqModel pair -> pair.sourceLength();
      case DecoderModel decoder -> decoder.contextLength();
      case EncoderModel encoder -> encoder.contextLength();
      default -> Integer.MAX_VALUE;
    };
  }

  static void requireLengths(TrainableModel model, ExampleSet set) {
    int most = positions(model);
    for (int i = 0; i < set.size(); i++) {
      int length = set.get(i).ids().length;
      if (length > most) {
        throw new DataException(
            "example "
                + i
                + " has "
                + length
                + " tokens, the model has positions for "
                + most
                + ": cut it, or split it into several examples");
      }
    }
  }

  /** That tokens are in the vocabulary, or ignored. */
  static void requireTokens(int example, int[] tokens, int vocabulary) {
    for (int token : tokens) {
      if (token != Example.IGNORED && (token < 0 || token >= vocabulary)) {
        throw new DataException(
            "example "
                + example
                + " has the token "
                + token
                + ", the vocabulary of the model has "
                + vocabulary);
      }
    }
  }

  /** That every example has labels of its own: one per token, or one. */
  static void requireLabels(ExampleSet set, boolean perToken, int classes) {
    for (int i = 0; i < set.size(); i++) {
      Example example = set.get(i);
      int expected = perToken ? example.ids().length : 1;
      if (example.labels() == null || example.labels().length != expected) {
        int got = example.labels() == null ? 0 : example.labels().length;
        throw new DataException(
            "example "
                + i
                + " has "
                + got
                + " labels, expected "
                + expected
                + (perToken ? ", one per token" : ""));
      }
      for (int label : example.labels()) {
        if (label != Example.IGNORED && (label < 0 || label >= classes)) {
          throw new DataException(
              "example "
                  + i
                  + " has the label "
                  + label
                  + ", expected 0 to "
                  + (classes - 1)
                  + ": the model has "
                  + classes
                  + " classes");
        }
      }
    }
  }

  static MicroBatch batch(
      ExampleSet set, int[] examples, int[][] ids, int[][] types, Targets targets) {
    long tokens = 0;
    for (int i : examples) {
      tokens += set.get(i).tokens();
    }
    return new MicroBatch(examples, tokens, ids, types, targets);
  }

  static int[][] ids(ExampleSet set, int[] examples) {
    int[][] ids = new int[examples.length][];
    for (int b = 0; b < ids.length; b++) {
      ids[b] = set.get(examples[b]).ids();
    }
    return ids;
  }

  /** Token types, all 0 where an example of the batch has none; null if none has any. */
  static int[][] types(ExampleSet set, int[] examples) {
    int[][] types = new int[examples.length][];
    boolean any = false;
    for (int b = 0; b < types.length; b++) {
      Example example = set.get(examples[b]);
      any |= example.types() != null;
      types[b] = example.types() != null ? example.types() : new int[example.ids().length];
    }
    return any ? types : null;
  }
}
