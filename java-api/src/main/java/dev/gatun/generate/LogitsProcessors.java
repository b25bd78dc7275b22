// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The processors that a configuration asks for, in the order of Hugging Face's: those that change
 * scores always, those that narrow the choice only when sampling. Biases and penalties that Hugging
 * Face lacks run right after its own of the same kind.
 */
public final class LogitsProcessors {
  private LogitsProcessors() {}

  /**
   * The processors of {@code config}; empty if it changes nothing. They share scratch memory, so a
   * list serves one thread at a time: make one per request. Tokens beyond the vocabulary are passed
   * over.
   *
   * @throws IllegalArgumentException if a token is negative or a sequence empty
   */
  public static List<LogitsProcessor> of(GenerationConfig config) {
    return of(config, Integer.MAX_VALUE, new Scratch());
  }

  /** The same for a known vocabulary, which must have the tokens of {@code config}. */
  static List<LogitsProcessor> of(GenerationConfig config, int vocabularySize, Scratch scratch) {
    checkTokens(config, vocabularySize);
    List<LogitsProcessor> chain = new ArrayList<>();
    addBiases(config, scratch, chain);
    addBans(config, chain);
    addLengths(config, chain);
    if (!config.suppressTokens().isEmpty()) {
      chain.add(new Suppress(config.suppressTokens()));
    }
    if (!config.beginSuppressTokens().isEmpty()) {
      chain.add(new BeginSuppress(config.beginSuppressTokens(), config.forcedBos().isPresent()));
    }
    if (config.doSample()) {
      addWarpers(config, scratch, chain);
    }
    if (config.renormalizeLogits()) {
      chain.add(new Renormalize(scratch));
    }
    return List.copyOf(chain);
  }

  private static void addBiases(
      GenerationConfig config, Scratch scratch, List<LogitsProcessor> chain) {
    if (!config.sequenceBias().isEmpty()) {
      chain.add(new SequenceBias(config.sequenceBias()));
    }
    if (!config.logitBias().isEmpty()) {
      chain.add(new LogitBias(config.logitBias()));
    }
    if (config.encoderRepetitionPenalty() != 1) {
      chain.add(new EncoderRepetitionPenalty(config.encoderRepetitionPenalty(), scratch));
    }
    if (config.repetitionPenalty() != 1) {
      chain.add(new RepetitionPenalty(config.repetitionPenalty(), scratch));
    }
    if (config.frequencyPenalty() != 0 || config.presencePenalty() != 0) {
      chain.add(
          new OccurrencePenalty(config.frequencyPenalty(), config.presencePenalty(), scratch));
    }
  }

  private static void addBans(GenerationConfig config, List<LogitsProcessor> chain) {
    if (config.noRepeatNgramSize() > 0) {
      chain.add(new NoRepeatNgram(config.noRepeatNgramSize()));
    }
    if (config.encoderNoRepeatNgramSize() > 0) {
      chain.add(new EncoderNoRepeatNgram(config.encoderNoRepeatNgramSize()));
    }
    if (!config.badWords().isEmpty()) {
      chain.add(new BadWords(config.badWords(), config.eosTokens()));
    }
  }

  private static void addLengths(GenerationConfig config, List<LogitsProcessor> chain) {
    boolean ends = !config.eosTokens().isEmpty();
    if (config.minLength() > 0 && ends) {
      chain.add(MinLength.ofAll(config.minLength(), config.eosTokens()));
    }
    if (config.minNewTokens() > 0 && ends) {
      chain.add(MinLength.ofAnswer(config.minNewTokens(), config.eosTokens()));
    }
    config.forcedBos().ifPresent(token -> chain.add(new ForcedBos(token)));
    if (!config.forcedEos().isEmpty()) {
      chain.add(new ForcedEos(config.forcedEos(), config.maxLength(), config.maxNewTokens()));
    }
    if (config.exponentialDecayFactor() != 1 && ends) {
      chain.add(
          new ExponentialDecay(
              config.exponentialDecayStart(), config.exponentialDecayFactor(), config.eosTokens()));
    }
  }

  private static void addWarpers(
      GenerationConfig config, Scratch scratch, List<LogitsProcessor> chain) {
    // Beams need a choice left when every end token is among the candidates.
    int minimum = config.numBeams() > 1 ? Math.max(2, config.eosTokens().size() + 1) : 1;
    if (config.temperature() != 1) {
      chain.add(new Temperature(config.temperature()));
    }
    if (config.topH() > 0) {
      chain.add(new TopH(config.topH(), scratch));
    }
    if (config.topK() > 0) {
      chain.add(new TopK(Math.max(config.topK(), minimum), scratch));
    }
    if (config.topP() < 1) {
      chain.add(new TopP(config.topP(), minimum, scratch));
    }
    if (config.minP() > 0) {
      chain.add(new MinP(config.minP(), minimum, scratch));
    }
    if (config.typicalP() < 1) {
      chain.add(new Typical(config.typicalP(), minimum, scratch));
    }
    if (config.epsilonCutoff() > 0) {
      chain.add(new EpsilonCutoff(config.epsilonCutoff(), minimum, scratch));
    }
    if (config.etaCutoff() > 0) {
      chain.add(new EtaCutoff(config.etaCutoff(), minimum, scratch));
    }
  }

  private static void checkTokens(GenerationConfig config, int vocabularySize) {
    check("logitBias", config.logitBias().keySet(), vocabularySize);
    config.sequenceBias().keySet().forEach(s -> checkSequence("sequenceBias", s, vocabularySize));
    config.badWords().forEach(word -> checkSequence("badWords", word, vocabularySize));
    check("suppressTokens", config.suppressTokens(), vocabularySize);
    check("beginSuppressTokens", config.beginSuppressTokens(), vocabularySize);
    check("forcedEos", config.forcedEos(), vocabularySize);
    // Checkpoints name end tokens that their head lacks; those never come.
    check("eosTokens", config.eosTokens(), Integer.MAX_VALUE);
    config.forcedBos().ifPresent(token -> check("forcedBos", List.of(token), vocabularySize));
  }

  private static void checkSequence(String name, List<Integer> sequence, int vocabularySize) {
    if (sequence.isEmpty()) {
      throw new IllegalArgumentException(
          "generation: a sequence of " + name + " is empty, expected at least one token");
    }
    check(name, sequence, vocabularySize);
  }

  private static void check(String name, Collection<Integer> tokens, int vocabularySize) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabularySize) {
        throw new IllegalArgumentException(
            "generation: "
                + name
                + " has token "
                + token
                + ", expected 0 to "
                + (vocabularySize - 1)
                + ", the vocabulary's last");
      }
    }
  }
}
