// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.data.Masking;
import dev.gatun.nn.Targets;
import dev.gatun.nn.TrainableModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link Objective#maskedTokens}. */
record MaskedTokens(Masking masking) implements Objective {
  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("objective", "masked tokens");
    settings.put("masking.probability", Double.toString(masking.probability()));
    settings.put("masking.mask_token", Integer.toString(masking.maskToken()));
    settings.put("masking.vocabulary_size", Integer.toString(masking.vocabularySize()));
    settings.put("masking.special_tokens", Arrays.toString(masking.specialTokens()));
    settings.put("masking.seed", Long.toString(masking.seed()));
    return settings;
  }

  @Override
  public void check(TrainableModel model, ExampleSet set) {
    ExampleBatches.requireLengths(model, set);
  }

  @Override
  public MicroBatch batch(TrainableModel model, ExampleSet set, int[] examples, long epoch) {
    int[][] ids = new int[examples.length][];
    int[][] labels = new int[examples.length][];
    for (int b = 0; b < ids.length; b++) {
      Example masked = masking.apply(set.get(examples[b]), epoch, examples[b]);
      ids[b] = masked.ids();
      labels[b] = masked.labels();
    }
    int[] flat = Arrays.stream(labels).flatMapToInt(Arrays::stream).toArray();
    int[][] types = ExampleBatches.types(set, examples);
    return ExampleBatches.batch(set, examples, ids, types, new Targets.Tokens(flat));
  }

  @Override
  public Measures measures() {
    return new Measures.LossAndAccuracy(true);
  }
}
