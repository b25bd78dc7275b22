// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is generated and how. Names and defaults are Hugging Face's where it has them; every value's
 * "off" is stated. Immutable; the {@code with} methods of {@link Builder} make variations.
 *
 * @param maxNewTokens most tokens of an answer
 * @param doSample draw from the distribution instead of taking the best token
 * @param temperature divides the scores before sampling; 1 is off
 * @param topK sample among the k best; 0 is off
 * @param topP sample among the best tokens that together have this probability; 1 is off
 * @param minP drop tokens below this fraction of the best one's probability; 0 is off
 * @param typicalP keep tokens of typical information up to this probability; 1 is off
 * @param epsilonCutoff drop tokens below this probability; 0 is off
 * @param etaCutoff the same with an entropy-dependent bound; 0 is off
 * @param topH keep tokens up to this fraction of the entropy; 0 is off
 * @param repetitionPenalty divides positive and multiplies negative scores of tokens that occurred,
 *     prompt included; 1 is off
 * @param frequencyPenalty subtracted per occurrence in the answer; 0 is off
 * @param presencePenalty subtracted once for tokens that occur in the answer; 0 is off
 * @param noRepeatNgramSize no n tokens in a row occur twice, prompt included; 0 is off
 * @param encoderRepetitionPenalty as repetitionPenalty, but favours tokens of the source; 1 is off
 * @param encoderNoRepeatNgramSize no n tokens in a row of the source are repeated; 0 is off
 * @param logitBias added to the score of single tokens
 * @param sequenceBias added to the score of a token that would complete a sequence
 * @param badWords sequences that must not be completed
 * @param suppressTokens never generated
 * @param beginSuppressTokens not generated as the first token
 * @param minLength no end token before this length, prompt included; 0 is off
 * @param minNewTokens no end token before this many new tokens; 0 is off
 * @param maxLength length at which forcedEos applies, prompt included; 0 derives it from
 *     maxNewTokens
 * @param forcedBos the token after the first, or empty
 * @param forcedEos what the last token must be; empty is off
 * @param exponentialDecayStart new tokens after which the end token is favoured; 0 with factor 1 is
 *     off
 * @param exponentialDecayFactor how fast; 1 is off
 * @param renormalizeLogits log-softmax after all processors
 * @param eosTokens tokens that end an answer; they are part of it
 * @param stopStrings texts that end an answer; they are cut off
 * @param seed of sampling; the same seed gives the same answer
 * @param logProbs report the log-probability of each token and of this many best ones; -1 is off
 * @param numBeams beams of beam search; 1 is greedy or sampling
 * @param numReturnSequences answers returned per prompt
 * @param lengthPenalty power of the length that beam scores are divided by
 * @param earlyStopping when beam search ends
 * @param adapter name of the generator's adapter that the answer is made with; empty for none
 */
public record GenerationConfig(
    int maxNewTokens,
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    double minP,
    double typicalP,
    double epsilonCutoff,
    double etaCutoff,
    double topH,
    double repetitionPenalty,
    double frequencyPenalty,
    double presencePenalty,
    int noRepeatNgramSize,
    double encoderRepetitionPenalty,
    int encoderNoRepeatNgramSize,
    Map<Integer, Double> logitBias,
    Map<List<Integer>, Double> sequenceBias,
    List<List<Integer>> badWords,
    List<Integer> suppressTokens,
    List<Integer> beginSuppressTokens,
    int minLength,
    int minNewTokens,
    int maxLength,
    OptionalInt forcedBos,
    List<Integer> forcedEos,
    int exponentialDecayStart,
    double exponentialDecayFactor,
    boolean renormalizeLogits,
    List<Integer> eosTokens,
    List<String> stopStrings,
    long seed,
    int logProbs,
    int numBeams,
    int numReturnSequences,
    double lengthPenalty,
    EarlyStopping earlyStopping,
    Optional<String> adapter) {
  /** When beam search ends. */
  public enum EarlyStopping {
    /** When no running beam can beat the worst finished one at its present length. */
    FALSE,
    /** As soon as there are as many finished answers as beams. */
    TRUE,
    /** When no running beam can beat the worst finished one at any length. */
    NEVER
  }

  /** Checks the ranges. */
  public GenerationConfig {
    require(maxNewTokens >= 0, "maxNewTokens", maxNewTokens, "at least 0");
    require(temperature > 0 && Double.isFinite(temperature), "temperature", temperature, "above 0");
    require(topK >= 0, "topK", topK, "at least 0");
    require(topP > 0 && topP <= 1, "topP", topP, "above 0 and at most 1");
    require(minP >= 0 && minP <= 1, "minP", minP, "0 to 1");
    require(typicalP > 0 && typicalP <= 1, "typicalP", typicalP, "above 0 and at most 1");
    require(epsilonCutoff >= 0 && epsilonCutoff < 1, "epsilonCutoff", epsilonCutoff, "0 to 1");
    require(etaCutoff >= 0 && etaCutoff < 1, "etaCutoff", etaCutoff, "0 to 1");
    require(topH >= 0 && topH <= 1, "topH", topH, "0 to 1");
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetitionPenalty",
        repetitionPenalty,
        "above 0");
    require(
        Double.isFinite(frequencyPenalty), "frequencyPenalty", frequencyPenalty, "a finite number");
    require(
        Double.isFinite(presencePenalty), "presencePenalty", presencePenalty, "a finite number");
    require(noRepeatNgramSize >= 0, "noRepeatNgramSize", noRepeatNgramSize, "at least 0");
    require(
        encoderRepetitionPenalty > 0 && Double.isFinite(encoderRepetitionPenalty),
        "encoderRepetitionPenalty",
        encoderRepetitionPenalty,
        "above 0");
    require(
        encoderNoRepeatNgramSize >= 0,
        "encoderNoRepeatNgramSize",
        encoderNoRepeatNgramSize,
        "at least 0");
    require(minLength >= 0, "minLength", minLength, "at least 0");
    require(minNewTokens >= 0, "minNewTokens", minNewTokens, "at least 0");
    require(maxLength >= 0, "maxLength", maxLength, "at least 0");
    require(logProbs >= -1 && logProbs <= 256, "logProbs", logProbs, "-1 to 256");
    require(numBeams >= 1 && numBeams <= 64, "numBeams", numBeams, "1 to 64");
    require(
        numReturnSequences >= 1 && numReturnSequences <= 64,
        "numReturnSequences",
        numReturnSequences,
        "1 to 64");
    require(
        numBeams == 1 || numReturnSequences <= numBeams,
        "numReturnSequences",
        numReturnSequences,
        "at most numBeams = " + numBeams);
    logitBias = Map.copyOf(logitBias);
    sequenceBias = Map.copyOf(sequenceBias);
    badWords = badWords.stream().map(List::copyOf).toList();
    suppressTokens = List.copyOf(suppressTokens);
    beginSuppressTokens = List.copyOf(beginSuppressTokens);
    forcedEos = List.copyOf(forcedEos);
    eosTokens = List.copyOf(eosTokens);
    stopStrings = List.copyOf(stopStrings);
    if (stopStrings.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("generation: a stop string is empty");
    }
  }

  private static void require(boolean holds, String name, Number got, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "generation: " + name + " is " + got + ", expected " + expected);
    }
  }

  /** The best token at each step, up to 256 of them. */
  public static GenerationConfig greedy() {
    return new Builder().build();
  }

  /** Sampling at a temperature. */
  public static GenerationConfig sampling(double temperature) {
    return new Builder().doSample(true).temperature(temperature).build();
  }

  /** Beam search. */
  public static GenerationConfig beams(int count) {
    return new Builder().numBeams(count).build();
  }

  /** The same with another limit. */
  public GenerationConfig maxNewTokens(int count) {
    return toBuilder().maxNewTokens(count).build();
  }

  /** The same with another seed. */
  public GenerationConfig seed(long value) {
    return toBuilder().seed(value).build();
  }

  /** The same with end tokens. */
  public GenerationConfig eosTokens(List<Integer> tokens) {
    return toBuilder().eosTokens(tokens).build();
  }

  /** The same with an adapter of the generator, by name; null for none. */
  public GenerationConfig adapter(String name) {
    return toBuilder().adapter(Optional.ofNullable(name)).build();
  }

  /** A builder that starts from these values. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Collects values that differ from the defaults. Not thread-safe. */
  public static final class Builder {
    private int maxNewTokens = 256;
    private boolean doSample = false;
    private double temperature = 1;
    private int topK = 0;
    private double topP = 1;
    private double minP = 0;
    private double typicalP = 1;
    private double epsilonCutoff = 0;
    private double etaCutoff = 0;
    private double topH = 0;
    private double repetitionPenalty = 1;
    private double frequencyPenalty = 0;
    private double presencePenalty = 0;
    private int noRepeatNgramSize = 0;
    private double encoderRepetitionPenalty = 1;
    private int encoderNoRepeatNgramSize = 0;
    private Map<Integer, Double> logitBias = Map.of();
    private Map<List<Integer>, Double> sequenceBias = Map.of();
    private List<List<Integer>> badWords = List.of();
    private List<Integer> suppressTokens = List.of();
    private List<Integer> beginSuppressTokens = List.of();
    private int minLength = 0;
    private int minNewTokens = 0;
    private int maxLength = 0;
    private OptionalInt forcedBos = OptionalInt.empty();
    private List<Integer> forcedEos = List.of();
    private int exponentialDecayStart = 0;
    private double exponentialDecayFactor = 1;
    private boolean renormalizeLogits = false;
    private List<Integer> eosTokens = List.of();
    private List<String> stopStrings = List.of();
    private long seed = 0;
    private int logProbs = -1;
    private int numBeams = 1;
    private int numReturnSequences = 1;
    private double lengthPenalty = 1;
    private EarlyStopping earlyStopping = EarlyStopping.FALSE;
    private Optional<String> adapter = Optional.empty();

    /** Greedy, 256 new tokens. */
    public Builder() {}

    private Builder(GenerationConfig config) {
      maxNewTokens = config.maxNewTokens;
      doSample = config.doSample;
      temperature = config.temperature;
      topK = config.topK;
      topP = config.topP;
      minP = config.minP;
      typicalP = config.typicalP;
      epsilonCutoff = config.epsilonCutoff;
      etaCutoff = config.etaCutoff;
      topH = config.topH;
      repetitionPenalty = config.repetitionPenalty;
      frequencyPenalty = config.frequencyPenalty;
      presencePenalty = config.presencePenalty;
      noRepeatNgramSize = config.noRepeatNgramSize;
      encoderRepetitionPenalty = config.encoderRepetitionPenalty;
      encoderNoRepeatNgramSize = config.encoderNoRepeatNgramSize;
      logitBias = config.logitBias;
      sequenceBias = config.sequenceBias;
      badWords = config.badWords;
      suppressTokens = config.suppressTokens;
      beginSuppressTokens = config.beginSuppressTokens;
      minLength = config.minLength;
      minNewTokens = config.minNewTokens;
      maxLength = config.maxLength;
      forcedBos = config.forcedBos;
      forcedEos = config.forcedEos;
      exponentialDecayStart = config.exponentialDecayStart;
      exponentialDecayFactor = config.exponentialDecayFactor;
      renormalizeLogits = config.renormalizeLogits;
      eosTokens = config.eosTokens;
      stopStrings = config.stopStrings;
      seed = config.seed;
      logProbs = config.logProbs;
      numBeams = config.numBeams;
      numReturnSequences = config.numReturnSequences;
      lengthPenalty = config.lengthPenalty;
      earlyStopping = config.earlyStopping;
      adapter = config.adapter;
    }

    /** Sets {@link GenerationConfig#maxNewTokens()}. */
    public Builder maxNewTokens(int value) {
      this.maxNewTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#doSample()}. */
    public Builder doSample(boolean value) {
      this.doSample = value;
      return this;
    }

    /** Sets {@link GenerationConfig#temperature()}. */
    public Builder temperature(double value) {
      this.temperature = value;
      return this;
    }

    /** Sets {@link GenerationConfig#topK()}. */
    public Builder topK(int value) {
      this.topK = value;
      return this;
    }

    /** Sets {@link GenerationConfig#topP()}. */
    public Builder topP(double value) {
      this.topP = value;
      return this;
    }

    /** Sets {@link GenerationConfig#minP()}. */
    public Builder minP(double value) {
      this.minP = value;
      return this;
    }

    /** Sets {@link GenerationConfig#typicalP()}. */
    public Builder typicalP(double value) {
      this.typicalP = value;
      return this;
    }

    /** Sets {@link GenerationConfig#epsilonCutoff()}. */
    public Builder epsilonCutoff(double value) {
      this.epsilonCutoff = value;
      return this;
    }

    /** Sets {@link GenerationConfig#etaCutoff()}. */
    public Builder etaCutoff(double value) {
      this.etaCutoff = value;
      return this;
    }

    /** Sets {@link GenerationConfig#topH()}. */
    public Builder topH(double value) {
      this.topH = value;
      return this;
    }

    /** Sets {@link GenerationConfig#repetitionPenalty()}. */
    public Builder repetitionPenalty(double value) {
      this.repetitionPenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#frequencyPenalty()}. */
    public Builder frequencyPenalty(double value) {
      this.frequencyPenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#presencePenalty()}. */
    public Builder presencePenalty(double value) {
      this.presencePenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#noRepeatNgramSize()}. */
    public Builder noRepeatNgramSize(int value) {
      this.noRepeatNgramSize = value;
      return this;
    }

    /** Sets {@link GenerationConfig#encoderRepetitionPenalty()}. */
    public Builder encoderRepetitionPenalty(double value) {
      this.encoderRepetitionPenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#encoderNoRepeatNgramSize()}. */
    public Builder encoderNoRepeatNgramSize(int value) {
      this.encoderNoRepeatNgramSize = value;
      return this;
    }

    /** Sets {@link GenerationConfig#logitBias()}. */
    public Builder logitBias(Map<Integer, Double> value) {
      this.logitBias = value;
      return this;
    }

    /** Sets {@link GenerationConfig#sequenceBias()}. */
    public Builder sequenceBias(Map<List<Integer>, Double> value) {
      this.sequenceBias = value;
      return this;
    }

    /** Sets {@link GenerationConfig#badWords()}. */
    public Builder badWords(List<List<Integer>> value) {
      this.badWords = value;
      return this;
    }

    /** Sets {@link GenerationConfig#suppressTokens()}. */
    public Builder suppressTokens(List<Integer> value) {
      this.suppressTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#beginSuppressTokens()}. */
    public Builder beginSuppressTokens(List<Integer> value) {
      this.beginSuppressTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#minLength()}. */
    public Builder minLength(int value) {
      this.minLength = value;
      return this;
    }

    /** Sets {@link GenerationConfig#minNewTokens()}. */
    public Builder minNewTokens(int value) {
      this.minNewTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#maxLength()}. */
    public Builder maxLength(int value) {
      this.maxLength = value;
      return this;
    }

    /** Sets {@link GenerationConfig#forcedBos()}. */
    public Builder forcedBos(OptionalInt value) {
      this.forcedBos = value;
      return this;
    }

    /** Sets {@link GenerationConfig#forcedEos()}. */
    public Builder forcedEos(List<Integer> value) {
      this.forcedEos = value;
      return this;
    }

    /** Sets {@link GenerationConfig#exponentialDecayStart()}. */
    public Builder exponentialDecayStart(int value) {
      this.exponentialDecayStart = value;
      return this;
    }

    /** Sets {@link GenerationConfig#exponentialDecayFactor()}. */
    public Builder exponentialDecayFactor(double value) {
      this.exponentialDecayFactor = value;
      return this;
    }

    /** Sets {@link GenerationConfig#renormalizeLogits()}. */
    public Builder renormalizeLogits(boolean value) {
      this.renormalizeLogits = value;
      return this;
    }

    /** Sets {@link GenerationConfig#eosTokens()}. */
    public Builder eosTokens(List<Integer> value) {
      this.eosTokens = value;
      return this;
    }

    /** Sets {@link GenerationConfig#stopStrings()}. */
    public Builder stopStrings(List<String> value) {
      this.stopStrings = value;
      return this;
    }

    /** Sets {@link GenerationConfig#seed()}. */
    public Builder seed(long value) {
      this.seed = value;
      return this;
    }

    /** Sets {@link GenerationConfig#logProbs()}. */
    public Builder logProbs(int value) {
      this.logProbs = value;
      return this;
    }

    /** Sets {@link GenerationConfig#numBeams()}. */
    public Builder numBeams(int value) {
      this.numBeams = value;
      return this;
    }

    /** Sets {@link GenerationConfig#numReturnSequences()}. */
    public Builder numReturnSequences(int value) {
      this.numReturnSequences = value;
      return this;
    }

    /** Sets {@link GenerationConfig#lengthPenalty()}. */
    public Builder lengthPenalty(double value) {
      this.lengthPenalty = value;
      return this;
    }

    /** Sets {@link GenerationConfig#earlyStopping()}. */
    public Builder earlyStopping(EarlyStopping value) {
      this.earlyStopping = value;
      return this;
    }

    /** Sets {@link GenerationConfig#adapter()}. */
    public Builder adapter(Optional<String> value) {
      this.adapter = value;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public GenerationConfig build() {
      return new GenerationConfig(
          maxNewTokens,
          doSample,
          temperature,
          topK,
          topP,
          minP,
          typicalP,
          epsilonCutoff,
          etaCutoff,
          topH,
          repetitionPenalty,
          frequencyPenalty,
          presencePenalty,
          noRepeatNgramSize,
          encoderRepetitionPenalty,
          encoderNoRepeatNgramSize,
          logitBias,
          sequenceBias,
          badWords,
          suppressTokens,
          beginSuppressTokens,
          minLength,
          minNewTokens,
          maxLength,
          forcedBos,
          forcedEos,
          exponentialDecayStart,
          exponentialDecayFactor,
          renormalizeLogits,
          eosTokens,
          stopStrings,
          seed,
          logProbs,
          numBeams,
          numReturnSequences,
          lengthPenalty,
          earlyStopping,
          adapter);
    }
  }
}
