// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.DecoderModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.Seq2SeqModel;
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

  private final DecoderModel model;
  private final KvCache cache;
  private final KvCache sources;
  private final PageCopies copies;
  private final Context context;
  private final int pagesPerSequence;
  private final int pagesPerSource;
  private final List<DecodeGraph> graphs = new ArrayList<>();
  private Workspace.Scope step;

  /** A runner for a decoder. */
  StepRunner(DecoderModel model, KvCache cache) {
    this(model, cache, null);
  }

  /**
   * A runner.
   *
   * @param sources pages of sources where the model is an encoder-decoder, else null
   */
  StepRunner(DecoderModel model, KvCache cache, KvCache sources) {
    this.model = model;
    this.cache = cache;
    this.sources = sources;
    this.copies = new PageCopies(cache);
    this.context = model.newContext();
    this.pagesPerSequence = pages(cache, model.contextLength());
    this.pagesPerSource =
        model instanceof Seq2SeqModel seq2seq && sources != null
            ? pages(sources, seq2seq.sourceLength())
            : 0;
  }

  private static int pages(KvCache pages, int mostTokens) {
    long needed = ((long) mostTokens + pages.pageTokens() - 1) / pages.pageTokens();
    return (int) Math.min(needed, pages.pageCount());
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
    return prefill(chunks, 1);
  }

  /** The same with the {@code width} best tokens of each row. */
  StepResult prefill(List<Chunk> chunks, int width) {
    return model
        .lifetime()
        .during(() -> {
          newStep();
          StepResult result = forward(chunks, width);
          for (Chunk chunk : chunks) {
            chunk.sequence().advance(chunk.end());
          }
          return result;
        });
  }

  private StepResult forward(List<Chunk> chunks, int width) {
    int tokens = 0;
    for (Chunk chunk : chunks) {
      chunk.sequence().prepare(copies, chunk.end());
      tokens += chunk.length();
    }
    copies.run(context);
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
    if (sources == null) {
      return score(batch, rows, width);
    }
    List<Sequence> sequences = new ArrayList<>();
    for (Chunk chunk : chunks) {
      sequences.add(chunk.sequence());
    }
    SourceTable read = new SourceTable(context, sources, chunks.size(), pagesPerSource);
    read.fill(sequences, bounds);
    return score(batch.withSource(read.states()), rows, width);
  }

  /**
   * Encodes the sources of sequences in one pass and stores what the decoder's layers make of them.
   */
  void encode(List<Sequence> sequences) {
    Seq2SeqModel seq2seq = (Seq2SeqModel) model;
    model
        .lifetime()
        .during(() -> {
          newStep();
          int[][] ids = new int[sequences.size()][];
          int tokens = 0;
          for (int b = 0; b < ids.length; b++) {
            ids[b] = sequences.get(b).history().source();
            tokens += ids[b].length;
          }
          int[] slots = new int[tokens];
          int at = 0;
          for (Sequence sequence : sequences) {
            for (int position = 0; position < sequence.source().length(); position++) {
              slots[at++] = sequence.source().slot(position);
            }
          }
          Tensor states = seq2seq.encode(context, SequenceBatch.of(context, ids));
          seq2seq.project(context, states, sources, context.indices(slots));
          sequences.forEach(sequence -> sequence.source().encoded());
          return null;
        });
  }

  /** Runs whole sequences without the cache, for lengths at which cached keys are not valid. */
  StepResult uncached(List<Sequence> sequences, int width) {
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
          return score(SequenceBatch.of(context, ids), rows, width);
        });
  }

  private StepResult score(SequenceBatch batch, int[] rows, int width) {
    Tensor hidden = model.hidden(context, batch);
    Tensor logits = model.logits(context, hidden, context.indices(rows));
    return new StepResult(logits, Logits.topK(context, logits, width));
  }

  /** Feeds one token per sequence by replaying the recorded step: one call into the library. */
  StepResult decode(List<Sequence> sequences) {
    return decode(sequences, 1);
  }

  /**
   * The same.
   *
   * @param width how many of the best tokens of each row are wanted
   */
  StepResult decode(List<Sequence> sequences, int width) {
    model.lifetime().acquire();
    try {
      newStep();
      for (int i = 0; i < sequences.size(); i++) {
        sequences.get(i).prepare(copies, sequences.get(i).cached() + 1);
      }
      copies.run(context);
      return graph(sequences.size(), width).run(sequences);
    } finally {
      model.lifetime().release();
    }
  }

  private DecodeGraph graph(int sequences, int width) {
    for (int i = 0; i < graphs.size(); i++) {
      DecodeGraph graph = graphs.get(i);
      if (graph.bucket() >= sequences && graph.bucket() < 2 * sequences && graph.width() == width) {
        return graph;
      }
    }
    int bucket = 1;
    while (bucket < sequences) {
      bucket *= 2;
    }
    DecodeGraph graph =
        new DecodeGraph(model, cache, bucket, width, pagesPerSequence, sources, pagesPerSource);
    graphs.add(graph);
    return graph;
  }

  /** Takes back the memory of the step before. */
  private void newStep() {
    copies.clear();
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
