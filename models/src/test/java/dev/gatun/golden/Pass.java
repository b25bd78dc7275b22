// SPDX-License-Identifier: Apache-2.0
package dev.gatun.golden;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * A stored forward pass.
 *
 * @param name for messages
 * @param prefix of its tensors
 * @param part the submodule that was run; empty for the whole model
 * @param inputs names without prefix
 * @param outputs names without prefix
 * @param loss name of its loss, or null
 */
record Pass(
    String name,
    String prefix,
    String part,
    List<String> inputs,
    List<String> outputs,
    String loss) {
  private static final Set<String> MODEL_INPUTS =
      Set.of("input_ids", "attention_mask", "token_type_ids", "position_ids");

  /** The passes of a case: those that it lists, or what the prefixes of its tensors show. */
  static List<Pass> of(JsonNode expected, StoredTensors io) {
    List<Pass> passes = new ArrayList<>();
    if (expected.has("forwards")) {
      for (JsonNode forward : expected.get("forwards")) {
        passes.add(
            new Pass(
                forward.get("name").stringValue(),
                forward.get("prefix").stringValue(),
                forward.path("part").asString(""),
                Jsons.strings(forward.get("inputs")),
                Jsons.strings(forward.get("outputs")),
                forward.path("loss").asString(null)));
      }
      return passes;
    }
    Set<String> prefixes = new TreeSet<>();
    for (String tensor : io.names()) {
      prefixes.add(tensor.substring(0, tensor.lastIndexOf('/') + 1));
    }
    for (String prefix : prefixes) {
      List<String> inputs = new ArrayList<>();
      List<String> outputs = new ArrayList<>();
      for (String tensor : io.names()) {
        if (tensor.startsWith(prefix) && tensor.indexOf('/', prefix.length()) < 0) {
          (io.isFloat(tensor) ? outputs : inputs).add(tensor.substring(prefix.length()));
        }
      }
      String name = prefix.isEmpty() ? "main" : prefix.substring(0, prefix.length() - 1);
      passes.add(new Pass(name, prefix, "", inputs, outputs, null));
    }
    return passes;
  }

  /** The inputs that the model does not take: labels. */
  List<String> labels() {
    return inputs.stream().filter(input -> !MODEL_INPUTS.contains(input)).toList();
  }

  /** The tensor with this name: the pass's own, or the one it shares with the main pass. */
  String tensor(String input, StoredTensors io) {
    return io.has(prefix + input) ? prefix + input : input;
  }
}
