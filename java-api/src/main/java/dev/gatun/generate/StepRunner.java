// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.lora.LoraSet;
import dev.gatun.nn.DecoderModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.SequenceBatch.CachedBatch;
import dev.gatun.tensor.Adapters;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final AdapterTable adapters;
  private final Adapters attached;
  private final List<DecodeGraph> graphs = new ArrayList<>();
  private LoraSet known = LoraSet.empty();
  private Workspace.Scope step;

  /** A runner for a decoder. */
  StepRunner(DecoderModel model, KvCache cache) {
    this(model, cache, null, new AdapterTable(model));
  }

  /**
   * A runner.
   *
   * @param sources pages of sources where the model is an encoder-decoder, else null
   * @param adapters that sequences may use
   */
  StepRunner(DecoderModel model, KvCache cache, KvCache sources, AdapterTable adapters) {
    this.model = model;
    this.cache = cache;
    this.sources = sources;
    this.copies = new PageCopies(cache);
    this.adapters = adapters;
    this.context = model.newContext();
    this.attached = context.adapters();
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
    int longest = 0;
    List<Sequence> sequences = new ArrayList<>();
    for (Chunk chunk : chunks) {
      chunk.sequence().prepare(copies, chunk.end());
      tokens += chunk.length();
      longest = Math.max(longest, chunk.length());
      sequences.add(chunk.sequence());
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
    choose(sequences, bounds);
    SequenceBatch batch =
        new SequenceBatch(
            context.indices(ids),
            context.indices(positions),
            null,
            context.indices(bounds),
            longest,
            new CachedBatch(
                cache,
                context.indices(slots),
                context.indices(table).reshape(chunks.size(), pagesPerSequence),
                context.indices(lengths)),
            null);
    if (sources == null) {
      return score(batch, rows, width);
    }
    SourceTable read = new SourceTable(context, sources, chunks.size(), pagesPerSource);
    read.fill(sequences, bounds);
    return score(batch.withSource(read.states()), rows, width);
  }

  /** Whether any of the sequences uses an adapter. */
  private static boolean isAdapted(List<Sequence> sequences) {
    for (int i = 0; i < sequences.size(); i++) {
      if (sequences.get(i).adapter() != AdapterTable.NONE) {
        return true;
      }
    }
    return false;
  }

  /**
   * Has the tokens of the next pass use the adapters of their sequences.
   *
   * @param bounds sequence b has tokens bounds[b] to bounds[b + 1] - 1
   */
  private void choose(List<Sequence> sequences, int[] bounds) {
    if (!isAdapted(sequences)) {
      context.setAdapters(attached);
      return;
    }
    int[] slots = new int[bounds[sequences.size()]];
    for (int b = 0; b < sequences.size(); b++) {
      Arrays.fill(slots, bounds[b], bounds[b + 1], sequences.get(b).adapter());
    }
    context.setAdapters(adapters.set().chosenBy(context.indices(slots)));
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
          int[] bounds = new int[ids.length + 1];
          for (int b = 0; b < ids.length; b++) {
            ids[b] = sequences.get(b).history().source();
            tokens += ids[b].length;
            bounds[b + 1] = tokens;
          }
          choose(sequences, bounds);
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
          int[] bounds = new int[ids.length + 1];
          for (int b = 0; b < ids.length; b++) {
            TokenHistory history = sequences.get(b).history();
            ids[b] = history.slice(0, history.length());
            bounds[b + 1] = bounds[b] + ids[b].length;
            rows[b] = bounds[b + 1] - 1;
          }
          choose(sequences, bounds);
          return score(SequenceBatch.of(context, ids), rows, width);
        });
  }

  private StepResult score(SequenceBatch batch, int[] rows, int width) {
    Tensor hidden = model.hidden(context, batch);
    Tensor logits = model.logits(context, hidden, context.indices(rows));
    return StepResult.of(context, logits, width);
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
      return graph(sequences.size(), width, isAdapted(sequences)).run(sequences);
    } finally {
      model.lifetime().release();
    }
  }

  private DecodeGraph graph(int sequences, int width, boolean adapted) {
    LoraSet set = adapters.set();
    if (adapted && set != known) {
      dropAdapted();
      known = set;
    }
    for (int i = 0; i < graphs.size(); i++) {
      DecodeGraph graph = graphs.get(i);
      if (graph.bucket() >= sequences
          && graph.bucket() < 2 * sequences
          && graph.width() == width
          && graph.isAdapted() == adapted) {
        return graph;
      }
    }
    int bucket = 1;
    while (bucket < sequences) {
      bucket *= 2;
    }
    DecodeGraph graph =
        new DecodeGraph(
            model,
            cache,
            bucket,
            width,
            pagesPerSequence,
            sources,
            pagesPerSource,
            attached,
            adapted ? set : null);
    graphs.add(graph);
    return graph;
  }

  /** Steps with adapters are recorded anew when there is one more of them. */
  private void dropAdapted() {
    for (DecodeGraph graph : List.copyOf(graphs)) {
      if (graph.isAdapted()) {
        graphs.remove(graph);
        graph.close();
      }
    }
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
