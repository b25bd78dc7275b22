// SPDX-License-Identifier: Apache-2.0
package dev.gatun.generate;

import dev.gatun.nn.KvCache;
import dev.gatun.nn.SourceStates;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * The tensors that tell a step which tokens read which source, rewritten before each step. Adjacent
 * sequences of one source form a group.
 */
final class SourceTable {
  private final int groups;
  private final int pagesPerSource;
  private final Tensor cuTargets;
  private final Tensor pageTable;
  private final Tensor lengths;
  private final SourceStates states;

  /**
   * Allocates the tensors in the context's innermost scope.
   *
   * @param groups S, the most sources of a step
   */
  SourceTable(Context context, KvCache sources, int groups, int pagesPerSource) {
    this.groups = groups;
    this.pagesPerSource = pagesPerSource;
    this.cuTargets = context.allocate(DType.I32, groups + 1L);
    this.pageTable = context.allocate(DType.I32, groups, pagesPerSource);
    this.lengths = context.allocate(DType.I32, groups);
    this.states = new SourceStates.Cached(sources, pageTable, lengths, cuTargets);
    pageTable.clear();
  }

  SourceStates states() {
    return states;
  }

  /**
   * Writes the tables.
   *
   * @param bounds per sequence, where its tokens begin in the batch; one more for the end
   */
  void fill(List<Sequence> sequences, int[] bounds) {
    int group = -1;
    Source last = null;
    cuTargets.setInt(0, 0);
    for (int i = 0; i < sequences.size(); i++) {
      Source source = sequences.get(i).source();
      if (source != last) {
        last = source;
        group++;
        lengths.setInt(group, source.length());
        MemorySegment.copy(
            source.pages(),
            0,
            pageTable.segment(),
            ValueLayout.JAVA_INT,
            4L * group * pagesPerSource,
            source.pages().length);
      }
      cuTargets.setInt(group + 1L, bounds[i + 1]);
    }
    for (int rest = group + 1; rest < groups; rest++) {
      lengths.setInt(rest, 0);
      cuTargets.setInt(rest + 1L, bounds[sequences.size()]);
    }
  }
}
