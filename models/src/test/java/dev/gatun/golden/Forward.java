// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import dev.gatun.models.bert.BertForTask;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Model;
import dev.gatun.nn.SequenceBatch;
import dev.gatun.nn.TaskModel;
import dev.gatun.ops.Rows;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Runs a model over the rows of a pass and copies everything that it can show. */
final class Forward {
  private Forward() {}

  /** The results by the names that the fixtures use. */
  static Map<String, Values> run(Model model, String partName, PassRows rows) {
    Map<String, Values> results = new LinkedHashMap<>();
    try (Context context = model.newContext()) {
      context.observe((name, tensor) -> results.put(name, Values.of(tensor)));
      SequenceBatch batch = SequenceBatch.of(context, rows.ids(), rows.positions(), rows.types());
      switch (part(model, partName)) {
        case CausalModel causal -> {
          Tensor hidden = causal.hidden(context, batch);
          results.put("last_hidden_state", Values.of(hidden));
          results.put("logits", Values.of(causal.logits(context, hidden, null)));
        }
        case TaskModel task -> {
          Map<String, Tensor> outputs = task.outputs(context, batch);
          outputs.forEach((name, tensor) -> results.put(name, Values.of(tensor)));
          if (outputs.containsKey("last_hidden_state")) {
            Tensor hidden = outputs.get("last_hidden_state");
            results.put("mean_embedding", pooled(context, hidden, batch, false));
            results.put("sentence_embedding", pooled(context, hidden, batch, true));
          }
        }
        default ->
            throw new IllegalArgumentException(
                "a model of architecture " + model.architecture() + " has no outputs to compare");
      }
    }
    return results;
  }

  private static Values pooled(
      Context context, Tensor hidden, SequenceBatch batch, boolean normalize) {
    return Values.of(
        Rows.pooling(context, hidden, batch.cuSeqlens(), Rows.Pooling.MEAN, normalize));
  }

  private static Model part(Model model, String name) {
    if (name.isEmpty()) {
      return model;
    }
    if (model instanceof BertForTask task && name.equals(task.architecture())) {
      return task.encoder();
    }
    throw new IllegalArgumentException(
        "a model of architecture " + model.architecture() + " has no part \"" + name + "\"");
  }
}
