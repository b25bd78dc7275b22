// SPDX-License-Identifier: Apache-2.0
package dev.gatun.nn;

import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.util.ArrayList;
import java.util.List;

/**
 * Token embedding with optional position and type tables and LayerNorm, fused: y = LN(scale
 * word[ids] + position[positions] + type[types]), [N] to [N, E].
 */
public final class Embedding implements Layer {
  private final Parameter words;
  private final Parameter positions;
  private final Parameter types;
  private final LayerNorm norm;
  private final float scale;
  private final int paddingId;
  private final int firstPosition;

  /**
   * Around existing tables.
   *
   * @param positions table [P, E] or null
   * @param types table or null
   * @param norm or null
   * @param scale of the word rows
   */
  public Embedding(
      Parameter words, Parameter positions, Parameter types, LayerNorm norm, float scale) {
    this(words, positions, types, norm, scale, 0, -1);
  }

  private Embedding(
      Parameter words,
      Parameter positions,
      Parameter types,
      LayerNorm norm,
      float scale,
      int firstPosition,
      int paddingId) {
    this.words = words;
    this.positions = positions;
    this.types = types;
    this.norm = norm;
    this.scale = scale;
    this.firstPosition = firstPosition;
    this.paddingId = paddingId;
  }

  /** The same, but the word row {@code id} gets no gradient from here; -1 for none. */
  public Embedding withPaddingId(int id) {
    return new Embedding(words, positions, types, norm, scale, firstPosition, id);
  }

  /** The same, but position 0 is row {@code row} of the position table. */
  public Embedding withFirstPosition(int row) {
    return new Embedding(words, positions, types, norm, scale, row, paddingId);
  }

  /** The rows of the batch's ids. */
  public Tensor forward(Context context, SequenceBatch batch) {
    return Rows.embedding(
        context,
        batch.ids(),
        words.matrix(),
        scale,
        batch.positions(),
        positions == null ? null : positions.matrix(),
        firstPosition,
        batch.types(),
        types == null ? null : types.matrix(),
        norm == null ? null : norm.weight(),
        norm == null ? null : norm.bias(),
        norm == null ? 0 : norm.eps(),
        paddingId);
  }

  /** The word table [V, E], which an output projection may share. */
  public Parameter words() {
    return words;
  }

  /** The word table's matrix. */
  public Weight weight() {
    return words.matrix();
  }

  @Override
  public List<Parameter> parameters() {
    ArrayList<Parameter> all = new ArrayList<>();
    all.add(words);
    if (positions != null) {
      all.add(positions);
    }
    if (types != null) {
      all.add(types);
    }
    if (norm != null) {
      all.addAll(norm.parameters());
    }
    return List.copyOf(all);
  }
}
