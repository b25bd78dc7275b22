// SPDX-License-Identifier: Apache-2.0
package dev.gatun.ops;

import dev.gatun.bindings.generated.GatunLibrary;
import dev.gatun.bindings.generated.gatun_embedding_backward_params;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Recorder;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.lang.foreign.MemorySegment;

/**
 * Backward of the embedding without its norm: adds rows of dy to the rows of each trainable table.
 *
 * @param firstPosition row of {@code positionTable} that position 0 means
 * @param paddingId id whose row of {@code table} gets nothing; -1 for none
 */
record EmbeddingGradient(
    Tensor ids,
    Weight table,
    float scale,
    Tensor positions,
    Weight positionTable,
    int firstPosition,
    Tensor types,
    Weight typeTable,
    int paddingId) {
  boolean isNeeded(Recorder recorder) {
    return recorder.needs(table) || recorder.needs(positionTable) || recorder.needs(typeTable);
  }

  void run(Context context, Recorder recorder, Tensor y) {
    Tensor used = recorder.needs(table) ? withoutPadding(context) : ids;
    Tensor rows = recorder.needs(positionTable) ? positionRows(context) : null;
    MemorySegment p = context.params(gatun_embedding_backward_params.sizeof());
    gatun_embedding_backward_params.struct_size(p, gatun_embedding_backward_params.sizeof());
    recorder.gradient(y).describe(gatun_embedding_backward_params.dy(p));
    if (recorder.needs(table)) {
      used.describe(gatun_embedding_backward_params.ids(p));
      recorder.weightGradient(table).describe(gatun_embedding_backward_params.dtable(p));
      gatun_embedding_backward_params.table_rows(p, table.rows());
      gatun_embedding_backward_params.scale(p, scale);
    }
    if (recorder.needs(positionTable)) {
      rows.describe(gatun_embedding_backward_params.positions(p));
      recorder
          .weightGradient(positionTable)
          .describe(gatun_embedding_backward_params.dposition_table(p));
      gatun_embedding_backward_params.position_rows(p, positionTable.rows());
    }
    if (recorder.needs(typeTable)) {
      types.describe(gatun_embedding_backward_params.types(p));
      recorder.weightGradient(typeTable).describe(gatun_embedding_backward_params.dtype_table(p));
      gatun_embedding_backward_params.type_rows(p, typeTable.rows());
    }
    context.run(GatunLibrary::gatun_embedding_backward, p);
  }

  private Tensor positionRows(Context context) {
    if (firstPosition == 0) {
      return positions;
    }
    int[] rows = positions.toIntArray();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = rows[i] < 0 ? rows[i] : rows[i] + firstPosition;
    }
    Tensor copy = context.allocate(DType.I32, rows.length);
    copy.copyFrom(rows);
    return copy;
  }

  private Tensor withoutPadding(Context context) {
    if (paddingId < 0) {
      return ids;
    }
    int[] kept = ids.toIntArray();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] == paddingId) {
        kept[i] = -1;
      }
    }
    Tensor copy = context.allocate(DType.I32, kept.length);
    copy.copyFrom(kept);
    return copy;
  }
}
