// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** How tokens are chosen, and how many. */
final class SamplingOptions {
  private static final int DEFAULT_CONTEXT = 8192;

  @Option(
      names = {"-n", "--max-tokens"},
      paramLabel = "N",
      description = "Most tokens of an answer (default 256).")
  private int maxTokens = 256;

  @Option(
      names = {"-c", "--context"},
      paramLabel = "N",
      description =
          "Most tokens of prompt and answer together, for which memory is reserved;"
              + " the model's own context by default, at most 8192.")
  private int context;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 takes the best token each time; higher is more varied. The default is 0,"
              + " and 1 when --top-k, --top-p or --min-p is given.")
  private Double temperature;

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

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Taken off per occurrence in the answer; 0 is off.")
  private double frequencyPenalty;

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Taken off once for what is in the answer; 0 is off.")
  private double presencePenalty;

  @Option(
      names = "--no-repeat-ngram",
      paramLabel = "N",
      description = "No N tokens in a row occur twice; 0 is off.")
  private int noRepeatNgram;

  @Option(
      names = "--logit-bias",
      paramLabel = "ID=BIAS",
      description = "Added to a token's score; may be repeated.")
  private Map<Integer, Double> logitBias = Map.of();

  @Option(names = "--seed", paramLabel = "S", description = "Seed of sampling (default 0).")
  private long seed;

  @Option(names = "--stop", paramLabel = "TEXT", description = "Ends the answer; may be repeated.")
  private List<String> stop = List.of();

  @Option(
      names = "--stop-token",
      paramLabel = "ID",
      description = "Ends the answer as the model's own end tokens do; may be repeated.")
  private List<Integer> stopTokens = List.of();

  @Option(
      names = "--beams",
      paramLabel = "N",
      description = "Beam search with N beams; the answer is shown at its end.")
  private int beams = 1;

  /** The limits with which a model is loaded. */
  GeneratorOptions limits() {
    if (context < 0) {
      throw new IllegalArgumentException("--context is " + context + ", expected at least 0");
    }
    // Beams share pages, but each may come to hold its own, and so may each of their candidates.
    int sequences = beams > 1 ? 2 * beams : 1;
    return GeneratorOptions.defaults()
        .withMaxBatch(sequences)
        .withCacheTokens((long) context * sequences);
  }

  /** The choice of tokens; checked before a model is loaded. */
  GenerationConfig config(int logProbs) {
    GenerationConfig.Builder builder =
        new GenerationConfig.Builder()
            .maxNewTokens(maxTokens)
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .repetitionPenalty(repetitionPenalty)
            .frequencyPenalty(frequencyPenalty)
            .presencePenalty(presencePenalty)
            .noRepeatNgramSize(noRepeatNgram)
            .logitBias(logitBias)
            .seed(seed)
            .stopStrings(stop)
            .numBeams(beams)
            .logProbs(logProbs);
    boolean narrowed = topK > 0 || topP < 1 || minP > 0;
    double heat = temperature != null ? temperature : narrowed ? 1 : 0;
    if (heat > 0) {
      builder.doSample(true).temperature(heat);
    } else if (heat < 0 || Double.isNaN(heat)) {
      throw new IllegalArgumentException("--temperature is " + heat + ", expected at least 0");
    }
    return builder.build();
  }

  /**
   * The same for a model and a prompt: with its end tokens, and no more tokens than it has room.
   */
  GenerationConfig config(GenerationConfig config, LanguageModel model, int promptTokens) {
    int longest = model.model().contextLength();
    if (context > longest) {
      throw new IllegalArgumentException(
          "--context is " + context + ", the model's context holds " + longest + " tokens");
    }
    int room = context > 0 ? context : Math.min(longest, DEFAULT_CONTEXT);
    if (promptTokens > room) {
      throw new IllegalArgumentException(
          "the prompt has "
              + promptTokens
              + " tokens, "
              + (room == longest ? "the model's context" : "the memory reserved for it")
              + " holds "
              + room
              + "; shorten it"
              + (room == longest ? "" : ", or raise --context up to " + longest));
    }
    Set<Integer> ends = new LinkedHashSet<>(model.eosTokens());
    ends.addAll(stopTokens);
    int most = Math.min(config.maxNewTokens(), room - promptTokens);
    return config.toBuilder().maxNewTokens(most).eosTokens(new ArrayList<>(ends)).build();
  }
}
