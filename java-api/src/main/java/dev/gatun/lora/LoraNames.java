// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.lora.LoraModules.Module;
import dev.gatun.lora.LoraModules.Part;
import dev.gatun.nn.Model;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.StoredTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The names of an adapter's matrices here and in PEFT's files. */
final class LoraNames {
  /** What file names begin with. */
  static final String PREFIX = "base_model.model.";

  /** What file names of A end with. */
  static final String A = ".lora_A.weight";

  /** What file names of B end with. */
  static final String B = ".lora_B.weight";

  private LoraNames() {}

  /** A of a module. */
  static String a(Module module) {
    return module.path() + A;
  }

  /** B of a part of a module. */
  static String b(Module module, Part part) {
    if (module.parts().size() == 1) {
      return module.path() + B;
    }
    String name = part.parameter().name();
    return name.substring(0, name.lastIndexOf('.')) + B;
  }

  /** Where files keep the matrices, by their names here. */
  static Map<String, StoredTensor> own(LoraConfig config, Model model) {
    return map(config, model, LoraModules.targets(config, model), path -> path);
  }

  /**
   * The same for a file with paths of its own.
   *
   * @param paths a module's path in the file
   */
  static Map<String, StoredTensor> map(
      LoraConfig config, Model model, List<Module> modules, UnaryOperator<String> paths) {
    Map<String, StoredTensor> names = new LinkedHashMap<>();
    for (Module module : modules) {
      String path = PREFIX + paths.apply(module.path());
      names.put(a(module), StoredTensor.named(path + A));
      for (Part part : module.parts()) {
        StoredTensor b = StoredTensor.named(path + B);
        names.put(
            b(module, part), module.parts().size() == 1 ? b : b.rows(part.first(), module.rows()));
      }
    }
    for (Parameter parameter : LoraModules.saved(config, model)) {
      StoredTensor base = LoraModules.names(model).apply(parameter.name());
      names.put(
          parameter.name(),
          new StoredTensor(
              PREFIX + base.name(),
              base.transposed(),
              base.firstRow(),
              base.storedRows(),
              base.interleavedHeads()));
    }
    return names;
  }
}
