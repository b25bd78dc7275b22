// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Beam search over one prompt with the reference's semantics: processors act on log-probabilities,
 * (1 + end tokens) · beams candidates per step, an ending candidate counts only if it ranks among
 * the first {@code numBeams}. Beams share pages and copy one when they write into it. One {@link
 * #step()} is one pass over the model, so that the engine can run other requests in between.
 */
final class BeamSearch {
  private static final float UNREACHABLE = -1e9f;

  private record Candidate(int beam, int token, float score, double rank) {}

  private record Finished(int[] tokens, float score, FinishReason reason) {}

  private final StepRunner runner;
  private final GenerationConfig config;
  private final List<LogitsProcessor> processors;
  private final int maxLength;
  private final int prefillChunk;
  private final int cacheValidLength;
  private final float[] scores;
  private final SplittableRandom random;
  private final List<Finished> finished = new ArrayList<>();
  private List<Sequence> beams = new ArrayList<>();
  private float[] beamScores;
  private boolean done;

  BeamSearch(
      StepRunner runner,
      Sequence prompt,
      GenerationConfig config,
      int maxLength,
      int vocabularySize,
      int prefillChunk,
      int cacheValidLength) {
    this.runner = runner;
    this.config = config;
    this.processors = LogitsProcessors.of(config);
    this.maxLength = maxLength;
    this.prefillChunk = prefillChunk;
    this.cacheValidLength = cacheValidLength;
    this.scores = new float[vocabularySize];
    this.random = new SplittableRandom(config.seed());
    beams.add(prompt);
    beamScores = new float[] {0};
    done = maxLength <= prompt.history().length();
  }

  boolean isDone() {
    return done;
  }

  /** Most pages that the search may hold at once. */
  static int pagesNeeded(int promptLength, int maxLength, int beams, int pageTokens) {
    int whole = promptLength / pageTokens;
    int all = (maxLength + pageTokens - 1) / pageTokens;
    return whole + (beams + 1) * (all - whole + 1);
  }

  /** One pass: a chunk of the prompt, or one token of every beam. */
  void step() {
    Sequence first = beams.getFirst();
    int length = first.history().length();
    StepResult result;
    if (length > cacheValidLength) {
      result = runner.uncached(beams);
    } else if (beams.size() == 1 && length - first.cached() > 1) {
      int end = Math.min(length, first.cached() + prefillChunk);
      result = runner.prefill(List.of(new StepRunner.Chunk(first, end)));
      if (end < length) {
        return;
      }
    } else {
      result = runner.decode(beams);
    }
    List<Candidate> candidates = candidates(result);
    advance(candidates, length + 1);
  }

  private List<Candidate> candidates(StepResult result) {
    int keep = Math.max(2, 1 + config.eosTokens().size()) * config.numBeams();
    List<Candidate> best = new ArrayList<>(keep + 1);
    Comparator<Candidate> order =
        Comparator.comparingDouble(Candidate::rank)
            .reversed()
            .thenComparingInt(Candidate::beam)
            .thenComparingInt(Candidate::token);
    for (int beam = 0; beam < beams.size(); beam++) {
      result.scores(beam, scores);
      logSoftmax(scores);
      for (LogitsProcessor processor : processors) {
        processor.process(beams.get(beam).history(), scores);
      }
      for (int token = 0; token < scores.length; token++) {
        float score = scores[token] + beamScores[beam];
        // Draws without replacement are the largest sums of score and Gumbel noise.
        double rank = config.doSample() ? score - Math.log(-Math.log(uniform())) : score;
        if (best.size() == keep && rank <= best.getLast().rank()) {
          continue;
        }
        Candidate candidate = new Candidate(beam, token, score, rank);
        int at = Collections.binarySearch(best, candidate, order);
        best.add(at < 0 ? -at - 1 : at, candidate);
        if (best.size() > keep) {
          best.removeLast();
        }
      }
    }
    return best;
  }

  private double uniform() {
    return Math.max(random.nextDouble(), Double.MIN_NORMAL);
  }

  private static void logSoftmax(float[] values) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      max = Math.max(max, value);
    }
    double sum = 0;
    for (float value : values) {
      sum += Math.exp(value - max);
    }
    float logSum = (float) (max + Math.log(sum));
    for (int i = 0; i < values.length; i++) {
      values[i] -= logSum;
    }
  }

  /** Keeps the best that go on as beams and files those that end. */
  private void advance(List<Candidate> candidates, int length) {
    int promptLength = beams.getFirst().history().promptLength();
    int generated = length - promptLength;
    List<Candidate> running = new ArrayList<>();
    boolean full = finished.size() == config.numBeams();
    boolean open = !(full && config.earlyStopping() == GenerationConfig.EarlyStopping.TRUE);
    for (int rank = 0; rank < candidates.size(); rank++) {
      Candidate candidate = candidates.get(rank);
      boolean end = config.eosTokens().contains(candidate.token());
      if (!end && length < maxLength) {
        if (running.size() < config.numBeams()) {
          running.add(candidate);
        }
      } else if (rank < config.numBeams() && open) {
        float score = (float) (candidate.score() / Math.pow(generated, config.lengthPenalty()));
        TokenHistory history = beams.get(candidate.beam()).history();
        int[] tokens = Arrays.copyOf(history.slice(promptLength, length - 1), generated);
        tokens[generated - 1] = candidate.token();
        finished.add(new Finished(tokens, score, end ? FinishReason.STOP : FinishReason.LENGTH));
      }
    }
    finished.sort(Comparator.comparingDouble(Finished::score).reversed());
    while (finished.size() > config.numBeams()) {
      finished.removeLast();
    }
    if (running.isEmpty() || running.getFirst().score() <= UNREACHABLE) {
      done = true;
      return;
    }
    fork(running);
    done = !canImprove(generated);
  }

  private boolean canImprove(int generated) {
    if (finished.size() < config.numBeams()) {
      return true;
    }
    if (config.earlyStopping() == GenerationConfig.EarlyStopping.TRUE) {
      return false;
    }
    boolean never =
        config.earlyStopping() == GenerationConfig.EarlyStopping.NEVER
            && config.lengthPenalty() > 0;
    int bestLength = never ? maxLength - beams.getFirst().history().promptLength() : generated;
    double best = beamScores[0] / Math.pow(bestLength, config.lengthPenalty());
    return best > finished.getLast().score();
  }

  private void fork(List<Candidate> running) {
    List<Sequence> next = new ArrayList<>();
    float[] nextScores = new float[running.size()];
    for (int i = 0; i < running.size(); i++) {
      Sequence beam = beams.get(running.get(i).beam()).fork();
      beam.history().add(running.get(i).token());
      next.add(beam);
      nextScores[i] = running.get(i).score();
    }
    beams.forEach(Sequence::release);
    beams = next;
    beamScores = nextScores;
  }

  /** The best answers so far, best first. */
  List<Beam> results() {
    return finished.stream()
        .limit(config.numReturnSequences())
        .map(answer -> new Beam(answer.tokens(), answer.score(), answer.reason()))
        .toList();
  }

  /** Gives the pages back. */
  void release() {
    beams.forEach(Sequence::release);
  }
}
