// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.util.Arrays;

/**
 * The sequences of a pass without their padding.
 *
 * @param length T of the stored tensors
 * @param kept per row, the positions where the mask is 1
 * @param ids per row
 * @param positions per row, or null for 0, 1, 2 ...
 * @param types per row, or null for none
 */
record PassRows(int length, int[][] kept, int[][] ids, int[][] positions, int[][] types) {
  static PassRows of(Pass pass, StoredTensors io) {
    return of(pass, io, "input_ids", "attention_mask");
  }

  /** The same for ids and a mask of other names. */
  static PassRows of(Pass pass, StoredTensors io, String idsName, String maskInput) {
    String name = pass.tensor(idsName, io);
    int[] shape = io.shape(name);
    int length = shape[shape.length - 1];
    int[] ids = io.ints(name);
    boolean masked = pass.inputs().contains(maskInput) || !io.has(pass.prefix() + idsName);
    String maskName = pass.tensor(maskInput, io);
    int[] mask = masked && io.has(maskName) ? io.ints(maskName) : null;
    int[][] kept = new int[ids.length / length][];
    for (int r = 0; r < kept.length; r++) {
      int row = r * length;
      kept[r] =
          java.util.stream.IntStream.range(0, length)
              .filter(t -> mask == null || mask[row + t] != 0)
              .toArray();
    }
    return new PassRows(
        length,
        kept,
        pick(ids, length, kept),
        optional(pass, io, "position_ids", length, kept),
        optional(pass, io, "token_type_ids", length, kept));
  }

  private static int[][] optional(
      Pass pass, StoredTensors io, String input, int length, int[][] kept) {
    return pass.inputs().contains(input)
        ? pick(io.ints(pass.tensor(input, io)), length, kept)
        : null;
  }

  private static int[][] pick(int[] values, int length, int[][] kept) {
    int[][] rows = new int[kept.length][];
    for (int r = 0; r < rows.length; r++) {
      int row = r * length;
      rows[r] = Arrays.stream(kept[r]).map(t -> values[row + t]).toArray();
    }
    return rows;
  }

  int count() {
    return kept.length;
  }

  /** One row alone. */
  PassRows only(int row) {
    return new PassRows(
        length,
        new int[][] {kept[row]},
        new int[][] {ids[row]},
        positions == null ? null : new int[][] {positions[row]},
        types == null ? null : new int[][] {types[row]});
  }
}
