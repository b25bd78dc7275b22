// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Model;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.nn.Targets;
import dev.gatun.ops.Losses;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** The labels of a pass without padding, as a model takes them. */
final class CaseTargets {
  private CaseTargets() {}

  /** Null if there are none, or they are of an unknown kind. */
  static Targets of(Model model, Pass pass, PassRows rows, StoredTensors io, JsonNode config) {
    String labels = pass.prefix() + "labels";
    if (pass.inputs().contains("next_sentence_label")) {
      return new Targets.MaskedAndNext(
          flat(perToken(rows, io.ints(labels))), io.ints(pass.prefix() + "next_sentence_label"));
    }
    if (pass.inputs().contains("start_positions")) {
      return new Targets.Spans(
          io.ints(pass.prefix() + "start_positions"), io.ints(pass.prefix() + "end_positions"));
    }
    if (!pass.inputs().contains("labels")) {
      return null;
    }
    int[] shape = io.shape(labels);
    if (model instanceof Seq2SeqModel) {
      return new Targets.Sequences(kept(io.ints(labels), shape[1]));
    }
    if (io.isFloat(labels)) {
      boolean one = shape.length == 1 || shape[1] == 1;
      boolean regression = config.path("problem_type").asString("").equals("regression") || one;
      float[] values = io.floats(labels);
      return regression ? new Targets.Numbers(values) : new Targets.Flags(values);
    }
    if (shape.length == 2 && shape[1] == rows.length()) {
      int[][] perToken = perToken(rows, io.ints(labels));
      return model instanceof CausalModel
          ? Targets.next(perToken)
          : new Targets.Tokens(flat(perToken));
    }
    return new Targets.Classes(io.ints(labels));
  }

  /** The labels of each row without what is ignored. */
  private static int[][] kept(int[] labels, int length) {
    int[][] rows = new int[labels.length / length][];
    for (int r = 0; r < rows.length; r++) {
      rows[r] =
          Arrays.stream(labels, r * length, (r + 1) * length)
              .filter(label -> label != Losses.IGNORED)
              .toArray();
    }
    return rows;
  }

  private static int[][] perToken(PassRows rows, int[] labels) {
    int[][] kept = new int[rows.count()][];
    for (int r = 0; r < kept.length; r++) {
      int row = r * rows.length();
      kept[r] = Arrays.stream(rows.kept()[r]).map(t -> labels[row + t]).toArray();
    }
    return kept;
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }
}
