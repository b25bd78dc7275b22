// SPDX-License-Identifier: Apache-2.0
package dev.gatun.models;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.UnsupportedModelException;
import java.util.List;

/** What {@code architectures} of a configuration names: the model with its head. */
public final class Architectures {
  private Architectures() {}

  /** The first name, or "" if there is none. */
  public static String of(JsonConfig json) {
    List<String> names = json.strings("architectures");
    return names.isEmpty() ? "" : names.getFirst();
  }

  /**
   * Refuses a decoder with another head than that of a language model, whose weights would be left
   * out silently.
   */
  public static void requireLanguageModel(JsonConfig json) {
    String name = of(json);
    boolean otherHead =
        name.contains("For")
            && !name.endsWith("ForCausalLM")
            && !name.endsWith("ForConditionalGeneration");
    if (otherHead || name.endsWith("DoubleHeadsModel")) {
      throw unsupported(json, name);
    }
  }

  /** The exception for a head that the family does not have. */
  public static UnsupportedModelException unsupported(JsonConfig json, String name) {
    return new UnsupportedModelException(
        json.file() + ": architecture " + name + " is not supported");
  }
}
