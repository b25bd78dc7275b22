// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.Example;
import dev.gatun.data.ExampleSet;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.Seq2SeqGenerator;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.TrainableModel;
import dev.gatun.train.Evaluator;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The share of targets that a greedy search writes token by token as they are.
 *
 * @param examples pairs; a target's last token ends it
 */
record ExactMatch(ExampleSet examples) implements Evaluator {
  private static final int BATCH = 32;

  @Override
  public Map<String, Double> evaluate(TrainableModel model) {
    List<int[]> sources = examples.examples().stream().map(Example::ids).toList();
    int longest =
        examples.examples().stream().mapToInt(pair -> pair.target().length).max().orElse(1);
    int end = examples.get(0).target()[examples.get(0).target().length - 1];
    GenerationConfig greedy =
        GenerationConfig.greedy().maxNewTokens(longest + 1).eosTokens(List.of(end));
    GeneratorOptions limits = GeneratorOptions.defaults().withMaxBatch(BATCH);
    int matches = 0;
    try (Seq2SeqGenerator generator = new Seq2SeqGenerator((Seq2SeqModel) model, limits)) {
      List<int[]> written = generator.generateAll(sources, greedy);
      for (int i = 0; i < written.size(); i++) {
        matches += Arrays.equals(written.get(i), examples.get(i).target()) ? 1 : 0;
      }
    }
    return Map.of("exact_match", (double) matches / sources.size());
  }
}
