// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.lora.LoraSet;
import dev.gatun.nn.DecoderModel;
import dev.gatun.nn.KvCache;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.SequenceBatch.CachedBatch;
import dev.gatun.tensor.Adapters;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * One decode step of up to {@code bucket} sequences, recorded once. Ids, positions, slots, lengths
 * and page tables live in tensors that are rewritten before each replay; rows without a sequence
 * are inactive. The recording has a context of its own, so that no other step reuses its memory.
 */
final class DecodeGraph implements AutoCloseable {
  private final int bucket;
  private final int pagesPerSequence;
  private final Context context;
  private final Tensor ids;
  private final Tensor positions;
  private final Tensor slots;
  private final Tensor pageTable;
  private final Tensor kvLengths;
  private final int[] bounds;
  private final SourceTable sources;
  private final Tensor adapters;
  private final StepResult result;
  private final Context.Graph graph;

  /**
   * Records the step.
   *
   * @param width how many of the best tokens of each row it finds
   * @param sourceCache pages of sources, or null for decoders
   * @param attached what is applied to all sequences where {@code set} is null
   * @param set adapters of which each sequence may use one, or null for none; which one is read at
   *     each replay
   */
  DecodeGraph(
      DecoderModel model,
      KvCache cache,
      int bucket,
      int width,
      int pagesPerSequence,
      KvCache sourceCache,
      int pagesPerSource,
      Adapters attached,
      LoraSet set) {
    this.bucket = bucket;
    this.pagesPerSequence = pagesPerSequence;
    this.context = model.newContext();
    this.ids = context.allocate(DType.I32, bucket);
    this.positions = context.allocate(DType.I32, bucket);
    this.slots = context.allocate(DType.I32, bucket);
    this.kvLengths = context.allocate(DType.I32, bucket);
    this.pageTable = context.allocate(DType.I32, bucket, pagesPerSequence);
    pageTable.clear();
    this.bounds = new int[bucket + 1];
    for (int i = 0; i <= bucket; i++) {
      bounds[i] = i;
    }
    this.sources =
        sourceCache == null ? null : new SourceTable(context, sourceCache, bucket, pagesPerSource);
    SequenceBatch batch =
        new SequenceBatch(
            ids,
            positions,
            null,
            context.indices(bounds),
            1,
            new CachedBatch(cache, slots, pageTable, kvLengths),
            sources == null ? null : sources.states());
    this.adapters = set == null ? null : context.allocate(DType.I32, bucket);
    context.setAdapters(set == null ? attached : set.chosenBy(adapters));
    context.beginGraph();
    Tensor logits = model.logits(context, model.hidden(context, batch), null);
    this.result = StepResult.of(context, logits, width);
    this.graph = context.endGraph();
  }

  int bucket() {
    return bucket;
  }

  boolean isAdapted() {
    return adapters != null;
  }

  int width() {
    return result.width();
  }

  /** Feeds the last token of each sequence; its slot must have been prepared. */
  StepResult run(List<Sequence> sequences) {
    for (int row = 0; row < bucket; row++) {
      if (row < sequences.size()) {
        Sequence sequence = sequences.get(row);
        int position = sequence.cached();
        ids.setInt(row, sequence.history().get(position));
        positions.setInt(row, position);
        slots.setInt(row, sequence.slot(position));
        kvLengths.setInt(row, position + 1);
        MemorySegment.copy(
            sequence.pages(),
            0,
            pageTable.segment(),
            ValueLayout.JAVA_INT,
            4L * row * pagesPerSequence,
            Math.min(sequence.pageCount(), pagesPerSequence));
      } else {
        ids.setInt(row, -1);
        positions.setInt(row, 0);
        slots.setInt(row, -1);
        kvLengths.setInt(row, 0);
      }
    }
    if (sources != null) {
      sources.fill(sequences, bounds);
    }
    if (adapters != null) {
      for (int row = 0; row < bucket; row++) {
        boolean used = row < sequences.size();
        adapters.setInt(row, used ? sequences.get(row).adapter() : AdapterTable.NONE);
      }
    }
    graph.replay();
    for (int i = 0; i < sequences.size(); i++) {
      sequences.get(i).advance(sequences.get(i).cached() + 1);
    }
    return result;
  }

  @Override
  public void close() {
    graph.close();
    context.close();
  }
}
