// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.io.ModelFormatException;
import dev.gatun.io.Safetensors;
import dev.gatun.lora.LoraModules.Module;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.StoredTensor;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Weight;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The copy of the output head that PEFT writes beside an adapter of it. The model has the matrix
 * already, so the copy only says which base the adapter was made for.
 */
final class HeadCopy {
  private static final String WEIGHT = ".base_layer.weight";

  /**
   * The largest |copy - W|² / |W|² of the same matrix: formats of two bits stay below, another
   * matrix is at about 2.
   */
  private static final double MOST_DIFFERENCE = 0.25;

  private static final int ROWS_AT_A_TIME = 1024;

  private HeadCopy() {}

  /**
   * The names of copies in a file.
   *
   * @param paths of modules in the file
   * @throws ModelFormatException if a copy is not that of the model's head
   */
  static Set<String> check(
      Model model, Safetensors tensors, List<Module> modules, Map<String, String> paths) {
    Set<String> copies = new HashSet<>();
    for (Module module : modules) {
      String path = paths.getOrDefault(module.path(), module.path());
      String name = LoraNames.PREFIX + path + WEIGHT;
      if (LoraModules.isOutputHead(module, model) && tensors.find(name).isPresent()) {
        requireSame(model, tensors, name, module);
        copies.add(name);
      }
    }
    return copies;
  }

  private static void requireSame(Model model, Safetensors tensors, String name, Module module) {
    Weight own = module.parts().getFirst().parameter().matrix();
    try (ModelMemory memory =
            new ModelMemory("adapter", model.device(), false, Arithmetic.F32, false, false);
        FileParameters source = new FileParameters(tensors, StoredTensor::named, memory)) {
      Weight copy = source.matrix(name, module.rows(), module.columns()).matrix();
      double difference = 0;
      double norm = 0;
      for (long first = 0; first < own.rows(); first += ROWS_AT_A_TIME) {
        int count = Math.toIntExact(Math.min(ROWS_AT_A_TIME, own.rows() - first));
        float[] expected = own.readRows(first, count);
        float[] got = copy.readRows(first, count);
        for (int i = 0; i < expected.length; i++) {
          double apart = (double) got[i] - expected[i];
          difference += apart * apart;
          norm += (double) expected[i] * expected[i];
        }
      }
      if (!(difference <= MOST_DIFFERENCE * norm)) {
        throw new ModelFormatException(
            name
                + ": differs from the model's output head: the adapter was made for another base"
                + " model");
      }
    }
  }
}
