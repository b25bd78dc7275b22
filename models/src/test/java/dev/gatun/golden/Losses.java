// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import tools.jackson.databind.JsonNode;

/** Losses in double, from the copied outputs of a pass and its labels. */
final class Losses {
  private static final int IGNORED = -100;

  private final Pass pass;
  private final PassRows rows;
  private final Map<String, Values> outputs;
  private final StoredTensors io;
  private final JsonNode config;

  Losses(Pass pass, PassRows rows, Map<String, Values> outputs, StoredTensors io, JsonNode config) {
    this.pass = pass;
    this.rows = rows;
    this.outputs = outputs;
    this.io = io;
    this.config = config;
  }

  /** The losses by name, components included; empty where the labels are of an unknown kind. */
  Map<String, Double> compute(boolean causal) {
    Map<String, Double> losses = new LinkedHashMap<>();
    String main = pass.loss() == null ? pass.prefix() + "loss" : pass.loss();
    if (has("next_sentence_label")) {
      double words = tokens(outputs.get("prediction_logits"), 0);
      double sentences = rowEntropy(outputs.get("seq_relationship_logits"), "next_sentence_label");
      losses.put(pass.prefix() + "mlm", words);
      losses.put(pass.prefix() + "nsp", sentences);
      losses.put(main, words + sentences);
    } else if (has("start_positions")) {
      losses.put(main, (span("start") + span("end")) / 2);
    } else if (has("labels")) {
      labelled(losses, main, causal);
    } else if (pass.labels().isEmpty() && outputs.containsKey("sentence_embedding")) {
      losses.put(main, ranking(outputs.get("sentence_embedding")));
    }
    return losses;
  }

  private boolean has(String label) {
    return pass.inputs().contains(label);
  }

  private void labelled(Map<String, Double> losses, String main, boolean causal) {
    Values logits = outputs.get(pass.outputs().contains("logits") ? "logits" : "prediction_logits");
    if (logits == null) {
      return;
    }
    String name = pass.prefix() + "labels";
    int tokens = java.util.Arrays.stream(rows.ids()).mapToInt(ids -> ids.length).sum();
    int[] shape = io.shape(name);
    if (shape.length == 2 && logits.rows() == tokens && shape[1] == rows.length()) {
      losses.put(main, tokens(logits, causal ? 1 : 0));
    } else if (io.isFloat(name)) {
      float[] labels = io.floats(name);
      boolean regression =
          config.path("problem_type").asString("").equals("regression") || logits.columns() == 1;
      losses.put(main, regression ? squares(logits, labels) : binary(logits, labels));
    } else {
      losses.put(main, rowEntropy(logits, "labels"));
    }
  }

  /** Mean over the labels that are not ignored; {@code ahead} = 1 predicts the next token. */
  private double tokens(Values logits, int ahead) {
    int[] labels = io.ints(pass.prefix() + "labels");
    double sum = 0;
    int count = 0;
    int at = 0;
    for (int r = 0; r < rows.count(); r++) {
      int[] kept = rows.kept()[r];
      for (int i = 0; i < kept.length; i++, at++) {
        if (i + ahead < kept.length) {
          int label = labels[r * rows.length() + kept[i + ahead]];
          if (label != IGNORED) {
            sum += logits.logSumExp(at) - logits.at(at, label);
            count++;
          }
        }
      }
    }
    return sum / count;
  }

  /** Cross-entropy of one label per row; rows of one score each are the choices of a question. */
  private double rowEntropy(Values logits, String name) {
    int[] labels = io.ints(pass.prefix() + name);
    Values scores = new Values(logits.data(), labels.length, logits.data().length / labels.length);
    return entropy(scores, row -> labels[row]);
  }

  private static double entropy(Values scores, IntUnaryOperator label) {
    double sum = 0;
    int count = 0;
    for (int row = 0; row < scores.rows(); row++) {
      int target = label.applyAsInt(row);
      if (target != IGNORED) {
        sum += scores.logSumExp(row) - scores.at(row, target);
        count++;
      }
    }
    return sum / count;
  }

  /** Positions outside the row are ignored. */
  private double span(String side) {
    Values logits = outputs.get(side + "_logits");
    int[] positions = io.ints(pass.prefix() + side + "_positions");
    double sum = 0;
    int count = 0;
    int at = 0;
    for (int r = 0; r < rows.count(); r++) {
      int length = rows.ids()[r].length;
      if (positions[r] >= 0 && positions[r] < length) {
        float[] row = java.util.Arrays.copyOfRange(logits.data(), at, at + length);
        Values scores = new Values(row, 1, length);
        sum += scores.logSumExp(0) - scores.at(0, positions[r]);
        count++;
      }
      at += length;
    }
    return sum / count;
  }

  private static double squares(Values logits, float[] labels) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double difference = (double) logits.data()[i] - labels[i];
      sum += difference * difference;
    }
    return sum / labels.length;
  }

  /** log(1 + e^x) - x y, without overflow. */
  private static double binary(Values logits, float[] labels) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double x = logits.data()[i];
      sum += Math.max(x, 0) - x * labels[i] + Math.log1p(Math.exp(-Math.abs(x)));
    }
    return sum / labels.length;
  }

  /** Rows 2i and 2i + 1 are a pair: cross-entropy of 20 cosine(row 2i, all odd rows). */
  private static double ranking(Values unit) {
    int pairs = unit.rows() / 2;
    float[] scores = new float[pairs * pairs];
    for (int i = 0; i < pairs; i++) {
      for (int j = 0; j < pairs; j++) {
        double dot = 0;
        for (int c = 0; c < unit.columns(); c++) {
          dot += (double) unit.at(2 * i, c) * unit.at(2 * j + 1, c);
        }
        scores[i * pairs + j] = (float) (20 * dot);
      }
    }
    return entropy(new Values(scores, pairs, pairs), row -> row);
  }
}
