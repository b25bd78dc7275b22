// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.CausalModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.SequenceBatch.CachedBatch;
import dev.gatun.ops.Logits;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs steps of a decoder over a paged cache: prompts in chunks, single tokens by replay. Every
 * step holds a lease on the model. Belongs to the engine's thread.
 */
final class StepRunner implements AutoCloseable {
  /** Tokens of one sequence to be run: up to {@code end}, from where its cache ends. */
  record Chunk(Sequence sequence, int end) {
    int length() {
      return end - sequence.cached();
    }
  }

  private final CausalModel model;
  private final KvCache cache;
  private final Context context;
  private final int pagesPerSequence;
  private final List<DecodeGraph> graphs = new ArrayList<>();
  private Workspace.Scope step;

  StepRunner(CausalModel model, KvCache cache) {
    this.model = model;
    this.cache = cache;
    this.context = model.newContext();
    int pageTokens = cache.pageTokens();
    this.pagesPerSequence = (model.contextLength() + pageTokens - 1) / pageTokens;
  }

  KvCache cache() {
    return cache;
  }

  /**
   * Runs chunks of several sequences in one pass.
   *
   * @return a row for each chunk, for its last token
   */
  StepResult prefill(List<Chunk> chunks) {
    return model
        .lifetime()
        .during(() -> {
          newStep();
          StepResult result = forward(chunks);
          for (Chunk chunk : chunks) {
            chunk.sequence().advance(chunk.end());
          }
          return result;
        });
  }

  private StepResult forward(List<Chunk> chunks) {
    int tokens = 0;
    for (Chunk chunk : chunks) {
      chunk.sequence().prepare(context, chunk.end());
      tokens += chunk.length();
    }
    int[] ids = new int[tokens];
    int[] positions = new int[tokens];
    int[] slots = new int[tokens];
    int[] bounds = new int[chunks.size() + 1];
    int[] lengths = new int[chunks.size()];
    int[] rows = new int[chunks.size()];
    int[] table = new int[chunks.size() * pagesPerSequence];
    int at = 0;
    for (int b = 0; b < chunks.size(); b++) {
      Sequence sequence = chunks.get(b).sequence();
      int end = chunks.get(b).end();
      for (int position = sequence.cached(); position < end; position++, at++) {
        ids[at] = sequence.history().get(position);
        positions[at] = position;
        slots[at] = sequence.slot(position);
      }
      bounds[b + 1] = at;
      lengths[b] = end;
      rows[b] = at - 1;
      System.arraycopy(sequence.pages(), 0, table, b * pagesPerSequence, sequence.pageCount());
    }
    SequenceBatch batch =
        new SequenceBatch(
            context.indices(ids),
            context.indices(positions),
            null,
            context.indices(bounds),
            new CachedBatch(
                cache,
                context.indices(slots),
                context.indices(table).reshape(chunks.size(), pagesPerSequence),
                context.indices(lengths)));
    return score(batch, rows);
  }

  /** Runs whole sequences without the cache, for lengths at which cached keys are not valid. */
  StepResult uncached(List<Sequence> sequences) {
    return model
        .lifetime()
        .during(() -> {
          newStep();
          int[][] ids = new int[sequences.size()][];
          int[] rows = new int[sequences.size()];
          int end = 0;
          for (int b = 0; b < ids.length; b++) {
            TokenHistory history = sequences.get(b).history();
            ids[b] = history.slice(0, history.length());
            end += ids[b].length;
            rows[b] = end - 1;
          }
          return score(SequenceBatch.of(context, ids), rows);
        });
  }

  private StepResult score(SequenceBatch batch, int[] rows) {
    Tensor hidden = model.hidden(context, batch);
    Tensor logits = model.logits(context, hidden, context.indices(rows));
    return new StepResult(logits, Logits.topK(context, logits, 1));
  }

  /** Feeds one token per sequence by replaying the recorded step: one call into the library. */
  StepResult decode(List<Sequence> sequences) {
    model.lifetime().acquire();
    try {
      newStep();
      for (int i = 0; i < sequences.size(); i++) {
        sequences.get(i).prepare(context, sequences.get(i).cached() + 1);
      }
      return graph(sequences.size()).run(sequences);
    } finally {
      model.lifetime().release();
    }
  }

  private DecodeGraph graph(int sequences) {
    for (int i = 0; i < graphs.size(); i++) {
      DecodeGraph graph = graphs.get(i);
      if (graph.bucket() >= sequences && graph.bucket() < 2 * sequences) {
        return graph;
      }
    }
    int bucket = 1;
    while (bucket < sequences) {
      bucket *= 2;
    }
    DecodeGraph graph = new DecodeGraph(model, cache, bucket, pagesPerSequence);
    graphs.add(graph);
    return graph;
  }

  /** Takes back the memory of the step before. */
  private void newStep() {
    if (step != null && step.isEmpty()) {
      return;
    }
    if (step != null) {
      step.close();
    }
    step = context.workspace().scope();
  }

  @Override
  public void close() {
    graphs.forEach(DecodeGraph::close);
    context.close();
  }
}
