// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.GenerationConfig;
import java.util.List;
import picocli.CommandLine.Option;

/** How tokens are chosen. */
final class SamplingOptions {
  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      description = "Most tokens of an answer (default ${DEFAULT-VALUE}).")
  private int maxTokens = 256;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the best token each time (default); higher is more varied.")
  private double temperature;

  @Option(names = "--top-k", paramLabel = "K", description = "Sample among the K best; 0 is off.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample among the best with probability P together; 1 is off.")
  private double topP = 1;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Drop tokens below P times the best one's probability; 0 is off.")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Above 1 makes what occurred less likely; 1 is off.")
  private double repetitionPenalty = 1;

  @Option(names = "--seed", paramLabel = "S", description = "Seed of sampling (default 0).")
  private long seed;

  @Option(names = "--stop", paramLabel = "TEXT", description = "Ends the answer; may be repeated.")
  private List<String> stop = List.of();

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Beam search with N beams; the answer is shown at its end.")
  private int beams = 1;

  GenerationConfig config(int logProbs) {
    GenerationConfig.Builder builder =
        new GenerationConfig.Builder()
            .maxNewTokens(maxTokens)
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .repetitionPenalty(repetitionPenalty)
            .seed(seed)
            .stopStrings(stop)
            .numBeams(beams)
            .logProbs(logProbs);
    if (temperature > 0) {
      builder.doSample(true).temperature(temperature);
    } else if (temperature < 0) {
      throw new IllegalArgumentException(
          "--temperature is " + temperature + ", expected at least 0");
    }
    return builder.build();
  }
}
