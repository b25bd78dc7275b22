// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Beam search over one prompt with the reference's semantics: processors act on log-probabilities,
 * (1 + end tokens) · beams candidates per step, an ending candidate counts only if it ranks among
 * the first {@code numBeams}. Beams share pages and copy one when they write into it.
 *
 * <p>The engine runs the {@link #sequences()} of several searches and of other requests in one pass
 * and hands each search its rows.
 */
final class BeamSearch {
  private record Finished(int[] tokens, float score, FinishReason reason) {}

  private final GenerationConfig config;
  private final LogitsProcessor[] processors;
  private final int[] endTokens;
  private final int maxLength;
  private final int promptLength;
  private final int width;
  private final Candidates candidates;
  private final int[] running;
  private final float[] scores;
  private final long[] keys;
  private final SplittableRandom random;
  private final List<Finished> finished = new ArrayList<>();
  private List<Sequence> beams = new ArrayList<>();
  private float[] beamScores;
  private boolean done;

  BeamSearch(Sequence prompt, GenerationConfig config, int maxLength, int vocabularySize) {
    this.config = config;
    this.processors =
        LogitsProcessors.of(config, vocabularySize, new Scratch()).toArray(new LogitsProcessor[0]);
    this.endTokens = config.eosTokens().stream().mapToInt(Integer::intValue).toArray();
    this.maxLength = maxLength;
    this.promptLength = prompt.history().length();
    int keep = Math.max(2, 1 + endTokens.length) * config.numBeams();
    this.candidates = new Candidates(keep);
    this.running = new int[config.numBeams()];
    boolean needsScores = processors.length > 0 || config.doSample();
    this.width = needsScores ? 1 : width(keep, vocabularySize);
    this.scores = new float[needsScores ? vocabularySize : 0];
    this.keys = new long[needsScores ? Math.min(keep, vocabularySize) : 0];
    this.random = new SplittableRandom(config.seed());
    beams.add(prompt);
    beamScores = new float[] {0};
    done = maxLength <= promptLength;
  }

  /** A power of two, so that searches of different settings share recorded steps. */
  private static int width(int keep, int vocabularySize) {
    int width = 1;
    while (width < keep) {
      width *= 2;
    }
    return Math.min(width, vocabularySize);
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

  /** The beams, whose last token is to be run. */
  List<Sequence> sequences() {
    return beams;
  }

  /** The prompt while more than its last token is to be run, or null. */
  Sequence unreadPrompt() {
    Sequence first = beams.getFirst();
    return beams.size() == 1 && first.history().length() - first.cached() > 1 ? first : null;
  }

  /** How many of the best tokens of each row {@link #accept} wants to see. */
  int width() {
    return width;
  }

  /** Goes one token on: row {@code firstRow} of the result is the first beam's. */
  void accept(StepResult result, int firstRow) {
    candidates.clear();
    for (int beam = 0; beam < beams.size(); beam++) {
      if (scores.length == 0) {
        offerBest(result, firstRow + beam, beam);
      } else {
        offerProcessed(result, firstRow + beam, beam);
      }
    }
    advance(beams.getFirst().history().length() + 1);
  }

  private void offerBest(StepResult result, int row, int beam) {
    int most = Math.min(result.width(), width);
    for (int rank = 0; rank < most; rank++) {
      float score = result.bestLogProb(row, rank) + beamScores[beam];
      if (!candidates.takes(score)) {
        return;
      }
      candidates.offer(beam, result.bestToken(row, rank), score, score);
    }
  }

  private void offerProcessed(StepResult result, int row, int beam) {
    result.scores(row, scores);
    float logSum = result.logSum(row);
    for (int i = 0; i < scores.length; i++) {
      scores[i] -= logSum;
    }
    for (LogitsProcessor processor : processors) {
      processor.process(beams.get(beam).history(), scores);
    }
    if (config.doSample()) {
      // Draws without replacement are the largest sums of score and Gumbel noise.
      for (int token = 0; token < scores.length; token++) {
        if (scores[token] > Float.NEGATIVE_INFINITY) {
          float score = scores[token] + beamScores[beam];
          candidates.offer(beam, token, score, score - Math.log(-Math.log(uniform())));
        }
      }
      return;
    }
    int found = Selection.best(scores, keys.length, keys);
    Arrays.sort(keys, 0, found);
    for (int i = found - 1; i >= 0; i--) {
      float score = Selection.value(keys[i]) + beamScores[beam];
      candidates.offer(beam, Selection.token(keys[i]), score, score);
    }
  }

  private double uniform() {
    return Math.max(random.nextDouble(), Double.MIN_NORMAL);
  }

  /** Keeps the best that go on as beams and files those that end. */
  private void advance(int length) {
    int generated = length - promptLength;
    int runningCount = 0;
    boolean full = finished.size() == config.numBeams();
    boolean open = !(full && config.earlyStopping() == GenerationConfig.EarlyStopping.TRUE);
    for (int rank = 0; rank < candidates.size(); rank++) {
      boolean end = isEnd(candidates.token(rank));
      if (!end && length < maxLength) {
        if (runningCount < config.numBeams()) {
          running[runningCount++] = rank;
        }
      } else if (rank < config.numBeams() && open) {
        finish(rank, generated, end ? FinishReason.STOP : FinishReason.LENGTH);
      }
    }
    finished.sort(Comparator.comparingDouble(Finished::score).reversed());
    while (finished.size() > config.numBeams()) {
      finished.removeLast();
    }
    if (runningCount == 0) {
      done = true;
      return;
    }
    fork(runningCount);
    done = !canImprove(generated);
  }

  private boolean isEnd(int token) {
    for (int end : endTokens) {
      if (end == token) {
        return true;
      }
    }
    return false;
  }

  private void finish(int rank, int generated, FinishReason reason) {
    float score = (float) (candidates.score(rank) / Math.pow(generated, config.lengthPenalty()));
    TokenHistory history = beams.get(candidates.beam(rank)).history();
    int[] tokens = Arrays.copyOf(history.slice(promptLength, history.length()), generated);
    tokens[generated - 1] = candidates.token(rank);
    finished.add(new Finished(tokens, score, reason));
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
    int bestLength = never ? maxLength - promptLength : generated;
    double best = beamScores[0] / Math.pow(bestLength, config.lengthPenalty());
    return best > finished.getLast().score();
  }

  private void fork(int count) {
    List<Sequence> next = new ArrayList<>(count);
    float[] nextScores = new float[count];
    for (int i = 0; i < count; i++) {
      Sequence beam = beams.get(candidates.beam(running[i])).fork();
      beam.history().add(candidates.token(running[i]));
      next.add(beam);
      nextScores[i] = candidates.score(running[i]);
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
