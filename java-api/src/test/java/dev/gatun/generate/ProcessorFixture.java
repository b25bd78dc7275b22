// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.io.Safetensors;
import dev.gatun.io.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks the processors against the reference's outputs in a folder of golden files. It is driven
 * by the entries of {@code expected.json} alone; a stored output that no entry uses is a failure
 * too.
 */
public final class ProcessorFixture {
  /** The reference's class of each of ours. */
  private static final Map<String, String> REFERENCE_NAMES =
      Map.ofEntries(
          Map.entry("SequenceBias", "SequenceBiasLogitsProcessor"),
          Map.entry("EncoderRepetitionPenalty", "EncoderRepetitionPenaltyLogitsProcessor"),
          Map.entry("RepetitionPenalty", "RepetitionPenaltyLogitsProcessor"),
          Map.entry("NoRepeatNgram", "NoRepeatNGramLogitsProcessor"),
          Map.entry("EncoderNoRepeatNgram", "EncoderNoRepeatNGramLogitsProcessor"),
          Map.entry("BadWords", "NoBadWordsLogitsProcessor"),
          Map.entry("MinLength", "MinLengthLogitsProcessor"),
          Map.entry("MinNewTokens", "MinNewTokensLengthLogitsProcessor"),
          Map.entry("ForcedBos", "ForcedBOSTokenLogitsProcessor"),
          Map.entry("ForcedEos", "ForcedEOSTokenLogitsProcessor"),
          Map.entry("ExponentialDecay", "ExponentialDecayLengthPenalty"),
          Map.entry("Suppress", "SuppressTokensLogitsProcessor"),
          Map.entry("BeginSuppress", "SuppressTokensAtBeginLogitsProcessor"),
          Map.entry("Temperature", "TemperatureLogitsWarper"),
          Map.entry("TopH", "TopHLogitsWarper"),
          Map.entry("TopK", "TopKLogitsWarper"),
          Map.entry("TopP", "TopPLogitsWarper"),
          Map.entry("MinP", "MinPLogitsWarper"),
          Map.entry("Typical", "TypicalLogitsWarper"),
          Map.entry("EpsilonCutoff", "EpsilonLogitsWarper"),
          Map.entry("EtaCutoff", "EtaLogitsWarper"),
          Map.entry("Renormalize", "LogitNormalization"));

  private final JsonNode expected;
  private final Map<String, float[][]> tensors = new HashMap<>();
  private final Set<String> unused = new TreeSet<>();
  private final List<String> failures = new ArrayList<>();
  private final double absolute;
  private final double relative;

  private ProcessorFixture(Path folder) {
    expected = new JsonMapper().readTree(folder.resolve("expected.json"));
    absolute = expected.required("tolerance").required("atol").doubleValue();
    relative = expected.required("tolerance").required("rtol").doubleValue();
    try (Safetensors file = Safetensors.open(folder.resolve("io.safetensors"))) {
      for (String name : file.names()) {
        tensors.put(name, read(file, file.info(name)));
        if (name.matches("(short/)?out\\..*|(picked|probabilities)\\..*")) {
          unused.add(name);
        }
      }
    }
  }

  /** What differs from the reference, a line each; empty if nothing does. */
  public static List<String> failures(Path folder) {
    ProcessorFixture fixture = new ProcessorFixture(folder);
    fixture.run();
    return fixture.failures;
  }

  private void run() {
    for (JsonNode entry : expected.required("processors")) {
      String name = entry.required("name").stringValue();
      check(name, entry, entry, "");
      if (entry.has("short")) {
        check("short/" + name, entry, entry.required("short"), "short/");
      }
    }
    unused.forEach(name -> failures.add(name + ": no entry uses this stored output"));
  }

  /** One entry; {@code run} has the parameters, {@code folder} the names of its inputs. */
  private void check(String label, JsonNode entry, JsonNode run, String folder) {
    GenerationConfig config = config(label, run.required("parameters"));
    List<LogitsProcessor> chain = LogitsProcessors.of(config);
    if (!"openai".equals(entry.path("kind").stringValue(""))) {
      checkOrder(label, entry, chain);
    }
    String output = run.required("output").stringValue();
    unused.remove(output);
    float[][] logits = tensors.get(folder + "logits");
    float[][] expectedRows = tensors.get(output);
    float[][] rows = new float[logits.length][];
    for (int row = 0; row < logits.length; row++) {
      rows[row] = logits[row].clone();
      TokenHistory history = history(entry, run, folder, row);
      for (LogitsProcessor processor : chain) {
        processor.process(history, rows[row]);
      }
      if (isAmbiguous(entry, row) && folder.isEmpty()) {
        float[] sorted = expectedRows[row].clone();
        float[] gotSorted = rows[row].clone();
        Arrays.sort(sorted);
        Arrays.sort(gotSorted);
        compare(label + " (sorted)", row, sorted, gotSorted);
      } else {
        compare(label, row, expectedRows[row], rows[row]);
      }
    }
    if (folder.isEmpty() && tensors.containsKey("picked." + label)) {
      checkDraws(label, rows);
    }
  }

  private void checkOrder(String label, JsonNode entry, List<LogitsProcessor> chain) {
    List<String> order = new ArrayList<>();
    entry.required("order").forEach(name -> order.add(name.stringValue()));
    List<String> got = chain.stream().map(p -> referenceName(p, order)).toList();
    if (!got.equals(order)) {
      failures.add(label + ": processors " + got + ", expected " + order);
    }
  }

  private static String referenceName(LogitsProcessor processor, List<String> order) {
    String name = processor.getClass().getSimpleName();
    // One class stands for two of the reference's.
    String twin = REFERENCE_NAMES.get("MinNewTokens");
    return name.equals("MinLength") && order.contains(twin)
        ? twin
        : REFERENCE_NAMES.getOrDefault(name, name);
  }

  private static boolean isAmbiguous(JsonNode entry, int row) {
    for (JsonNode ambiguous : entry.path("ambiguous_rows")) {
      if (ambiguous.intValue() == row) {
        return true;
      }
    }
    return false;
  }

  private TokenHistory history(JsonNode entry, JsonNode run, String folder, int row) {
    int[] tokens = integers(tensors.get(folder + "input_ids")[row]);
    int length = entry.path("input_length").intValue(tokens.length);
    int prompt = run.required("prompt_length").intValue();
    int[] source = integers(tensors.get("encoder_input_ids")[row]);
    TokenHistory history = new TokenHistory(Arrays.copyOf(tokens, prompt), source);
    IntStream.range(prompt, length).forEach(i -> history.add(tokens[i]));
    return history;
  }

  private void checkDraws(String label, float[][] rows) {
    unused.remove("picked." + label);
    unused.remove("probabilities." + label);
    float[][] uniforms = tensors.get("uniform." + label);
    float[][] picked = tensors.get("picked." + label);
    Scratch scratch = new Scratch();
    for (int row = 0; row < rows.length; row++) {
      float[] probabilities = new float[rows[row].length];
      double sum =
          Softmax.weights(rows[row], probabilities.length, Softmax.max(rows[row]), probabilities);
      for (int i = 0; i < probabilities.length; i++) {
        probabilities[i] = (float) (probabilities[i] / sum);
      }
      float[] expectedRow = tensors.get("probabilities." + label)[row];
      compare("probabilities." + label, row, expectedRow, probabilities);
      for (int i = 0; i < picked[row].length; i++) {
        int token = Sampler.draw(rows[row], uniforms[row][i], scratch);
        if (token != (int) picked[row][i]) {
          failures.add(
              "picked.%s[%d,%d]: %d, expected %d"
                  .formatted(label, row, i, token, (int) picked[row][i]));
        }
      }
    }
  }

  private void compare(String label, int row, float[] expectedRow, float[] got) {
    for (int i = 0; i < expectedRow.length; i++) {
      float want = expectedRow[i];
      boolean equal =
          Float.isInfinite(want)
              ? got[i] == want
              : Math.abs(got[i] - want) <= absolute + relative * Math.abs(want);
      if (!equal) {
        failures.add("%s[%d,%d]: %s, expected %s".formatted(label, row, i, got[i], want));
      }
    }
  }

  // ---- parameters ----

  private GenerationConfig config(String label, JsonNode parameters) {
    GenerationConfig.Builder builder = new GenerationConfig.Builder();
    for (String name : parameters.propertyNames()) {
      if (!set(builder, name, parameters.required(name))) {
        failures.add(label + ": unknown parameter " + name);
      }
    }
    return builder.build();
  }

  private static boolean set(GenerationConfig.Builder builder, String name, JsonNode value) {
    switch (name) {
      case "do_sample" -> builder.doSample(value.booleanValue());
      case "num_beams" -> builder.numBeams(value.intValue());
      case "temperature" -> builder.temperature(value.doubleValue());
      case "top_k" -> builder.topK(value.intValue());
      case "top_p" -> builder.topP(value.doubleValue());
      case "min_p" -> builder.minP(value.doubleValue());
      case "typical_p" -> builder.typicalP(value.doubleValue());
      case "epsilon_cutoff" -> builder.epsilonCutoff(value.doubleValue());
      case "eta_cutoff" -> builder.etaCutoff(value.doubleValue());
      case "top_h" -> builder.topH(value.doubleValue());
      case "repetition_penalty" -> builder.repetitionPenalty(value.doubleValue());
      case "encoder_repetition_penalty" -> builder.encoderRepetitionPenalty(value.doubleValue());
      case "frequency_penalty" -> builder.frequencyPenalty(value.doubleValue());
      case "presence_penalty" -> builder.presencePenalty(value.doubleValue());
      case "no_repeat_ngram_size" -> builder.noRepeatNgramSize(value.intValue());
      case "encoder_no_repeat_ngram_size" -> builder.encoderNoRepeatNgramSize(value.intValue());
      case "logit_bias" -> builder.logitBias(logitBias(value));
      case "sequence_bias" -> builder.sequenceBias(sequenceBias(value));
      case "bad_words_ids" -> {
        List<List<Integer>> words = new ArrayList<>();
        value.forEach(word -> words.add(integers(word)));
        builder.badWords(words);
      }
      case "suppress_tokens" -> builder.suppressTokens(integers(value));
      case "begin_suppress_tokens" -> builder.beginSuppressTokens(integers(value));
      case "min_length" -> builder.minLength(value.intValue());
      case "min_new_tokens" -> builder.minNewTokens(value.intValue());
      case "max_length" -> builder.maxLength(value.intValue());
      case "forced_bos_token_id" -> builder.forcedBos(OptionalInt.of(value.intValue()));
      case "forced_eos_token_id" -> builder.forcedEos(integers(value));
      case "eos_token_id" -> builder.eosTokens(integers(value));
      case "exponential_decay_length_penalty" ->
          builder
              .exponentialDecayStart(value.required(0).intValue())
              .exponentialDecayFactor(value.required(1).doubleValue());
      case "renormalize_logits" -> builder.renormalizeLogits(value.booleanValue());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Map<Integer, Double> logitBias(JsonNode value) {
    Map<Integer, Double> biases = new HashMap<>();
    value.forEachEntry((token, bias) -> biases.put(Integer.valueOf(token), bias.doubleValue()));
    return biases;
  }

  private static Map<List<Integer>, Double> sequenceBias(JsonNode value) {
    Map<List<Integer>, Double> biases = new HashMap<>();
    value.forEach(pair -> biases.put(integers(pair.required(0)), pair.required(1).doubleValue()));
    return biases;
  }

  private static List<Integer> integers(JsonNode value) {
    if (value.isNumber()) {
      return List.of(value.intValue());
    }
    List<Integer> result = new ArrayList<>();
    value.forEach(item -> result.add(item.intValue()));
    return result;
  }

  private static int[] integers(float[] values) {
    return IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
  }

  /** A tensor [rows, columns] of F32 or small I64. */
  private static float[][] read(Safetensors file, TensorInfo info) {
    int rows = (int) info.dimension(0);
    int columns = (int) info.dimension(1);
    float[][] result = new float[rows][columns];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(info.byteLength(), 8);
      file.read(info, 0, info.byteLength(), bytes);
      boolean whole = info.byteLength() == 8L * rows * columns;
      for (int i = 0; i < rows * columns; i++) {
        result[i / columns][i % columns] =
            whole
                ? bytes.getAtIndex(ValueLayout.JAVA_LONG, i)
                : bytes.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      }
    }
    return result;
  }
}
