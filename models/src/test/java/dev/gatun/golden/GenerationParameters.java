// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GenerationConfig.EarlyStopping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiConsumer;
import tools.jackson.databind.JsonNode;

/** The reference's parameters of a generation as a configuration of ours. */
final class GenerationParameters {
  /** What only concerns the reference: its padding, its cache, its extra outputs. */
  private static final Set<String> IGNORED =
      Set.of("pad_token_id", "use_cache", "output_router_logits");

  private static final Map<String, BiConsumer<GenerationConfig.Builder, JsonNode>> KNOWN =
      Map.ofEntries(
          Map.entry("max_new_tokens", (b, v) -> b.maxNewTokens(v.intValue())),
          Map.entry("do_sample", (b, v) -> b.doSample(v.booleanValue())),
          Map.entry("temperature", (b, v) -> b.temperature(v.doubleValue())),
          Map.entry("top_k", (b, v) -> b.topK(v.intValue())),
          Map.entry("top_p", (b, v) -> b.topP(v.doubleValue())),
          Map.entry("min_p", (b, v) -> b.minP(v.doubleValue())),
          Map.entry("typical_p", (b, v) -> b.typicalP(v.doubleValue())),
          Map.entry("epsilon_cutoff", (b, v) -> b.epsilonCutoff(v.doubleValue())),
          Map.entry("eta_cutoff", (b, v) -> b.etaCutoff(v.doubleValue())),
          Map.entry("top_h", (b, v) -> b.topH(v.doubleValue())),
          Map.entry("frequency_penalty", (b, v) -> b.frequencyPenalty(v.doubleValue())),
          Map.entry("presence_penalty", (b, v) -> b.presencePenalty(v.doubleValue())),
          Map.entry(
              "encoder_repetition_penalty", (b, v) -> b.encoderRepetitionPenalty(v.doubleValue())),
          Map.entry(
              "encoder_no_repeat_ngram_size", (b, v) -> b.encoderNoRepeatNgramSize(v.intValue())),
          Map.entry("logit_bias", (b, v) -> b.logitBias(logitBias(v))),
          Map.entry("sequence_bias", (b, v) -> b.sequenceBias(sequenceBias(v))),
          Map.entry("max_length", (b, v) -> b.maxLength(v.intValue())),
          Map.entry("forced_bos_token_id", (b, v) -> b.forcedBos(OptionalInt.of(v.intValue()))),
          Map.entry("forced_eos_token_id", (b, v) -> b.forcedEos(tokens(v))),
          Map.entry(
              "exponential_decay_length_penalty",
              (b, v) ->
                  b.exponentialDecayStart(v.get(0).intValue())
                      .exponentialDecayFactor(v.get(1).doubleValue())),
          Map.entry("eos_token_id", (b, v) -> b.eosTokens(tokens(v))),
          Map.entry("repetition_penalty", (b, v) -> b.repetitionPenalty(v.doubleValue())),
          Map.entry("no_repeat_ngram_size", (b, v) -> b.noRepeatNgramSize(v.intValue())),
          Map.entry("min_length", (b, v) -> b.minLength(v.intValue())),
          Map.entry("min_new_tokens", (b, v) -> b.minNewTokens(v.intValue())),
          Map.entry("suppress_tokens", (b, v) -> b.suppressTokens(tokens(v))),
          Map.entry("begin_suppress_tokens", (b, v) -> b.beginSuppressTokens(tokens(v))),
          Map.entry("bad_words_ids", (b, v) -> b.badWords(badWords(v))),
          Map.entry("renormalize_logits", (b, v) -> b.renormalizeLogits(v.booleanValue())),
          Map.entry("num_beams", (b, v) -> b.numBeams(v.intValue())),
          Map.entry("num_return_sequences", (b, v) -> b.numReturnSequences(v.intValue())),
          Map.entry("length_penalty", (b, v) -> b.lengthPenalty(v.doubleValue())),
          Map.entry("early_stopping", (b, v) -> b.earlyStopping(earlyStopping(v))));

  private GenerationParameters() {}

  /**
   * What the model's own files say where a run says nothing: generation_config.json, or at least
   * the end tokens of config.json.
   */
  static GenerationConfig defaults(Path folder) {
    GenerationConfig.Builder builder = GenerationConfig.greedy().toBuilder();
    Path file = folder.resolve("generation_config.json");
    JsonNode settings = Jsons.read(Files.exists(file) ? file : folder.resolve("config.json"));
    if (!Files.exists(file)) {
      JsonNode end = settings.path("eos_token_id");
      return end.isMissingNode() || end.isNull()
          ? builder.build()
          : builder.eosTokens(tokens(end)).build();
    }
    for (Map.Entry<String, JsonNode> entry : settings.properties()) {
      String key = entry.getKey();
      if (KNOWN.containsKey(key) && !key.equals("do_sample") && !entry.getValue().isNull()) {
        KNOWN.get(key).accept(builder, entry.getValue());
      }
    }
    return builder.build();
  }

  /**
   * A run's configuration.
   *
   * @param defaults what holds where the run says nothing
   * @throws IllegalArgumentException if a parameter is unknown
   */
  static GenerationConfig of(JsonNode parameters, GenerationConfig defaults) {
    GenerationConfig.Builder builder = defaults.toBuilder();
    for (Map.Entry<String, JsonNode> entry : parameters.properties()) {
      if (IGNORED.contains(entry.getKey())) {
        continue;
      }
      var setter = KNOWN.get(entry.getKey());
      if (setter == null) {
        throw new IllegalArgumentException("parameter \"" + entry.getKey() + "\" is unknown");
      }
      if (!entry.getValue().isNull()) {
        setter.accept(builder, entry.getValue());
      }
    }
    return builder.build();
  }

  private static Map<Integer, Double> logitBias(JsonNode value) {
    Map<Integer, Double> biases = new HashMap<>();
    value
        .properties()
        .forEach(e -> biases.put(Integer.valueOf(e.getKey()), e.getValue().doubleValue()));
    return biases;
  }

  private static Map<List<Integer>, Double> sequenceBias(JsonNode value) {
    Map<List<Integer>, Double> biases = new HashMap<>();
    value.forEach(pair -> biases.put(tokens(pair.get(0)), pair.get(1).doubleValue()));
    return biases;
  }

  private static List<Integer> tokens(JsonNode value) {
    return value.isArray()
        ? Arrays.stream(Jsons.ints(value)).boxed().toList()
        : List.of(value.intValue());
  }

  private static List<List<Integer>> badWords(JsonNode value) {
    return value.valueStream().map(GenerationParameters::tokens).toList();
  }

  private static EarlyStopping earlyStopping(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue() ? EarlyStopping.TRUE : EarlyStopping.FALSE;
    }
    return EarlyStopping.valueOf(value.stringValue().toUpperCase(java.util.Locale.ROOT));
  }
}
