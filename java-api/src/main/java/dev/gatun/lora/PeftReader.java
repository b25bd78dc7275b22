// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.Safetensors;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.lora.LoraModules.Module;
import dev.gatun.nn.FileParameters;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.StoredTensor;
import dev.gatun.ops.Elementwise;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Context;
import dev.gatun.tensor.DType;
import dev.gatun.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads adapters in PEFT's layout. Everything in the files is checked against the model. */
final class PeftReader {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  /** Kinds of LoRA whose mathematics this library lacks, by the key that turns them on. */
  private static final List<String> UNKNOWN_KINDS =
      List.of("use_dora", "use_qalora", "use_bdlora", "lora_bias");

  private static final List<String> UNKNOWN_PARTS =
      List.of(
          "layers_to_transform",
          "layer_replication",
          "trainable_token_indices",
          "target_parameters",
          "exclude_modules",
          "alora_invocation_tokens");

  private PeftReader() {}

  static LoraAdapter load(Model model, Path folder) {
    JsonConfig json = JsonConfig.read(folder.resolve(CONFIG));
    Path file = folder.resolve(WEIGHTS);
    if (!Files.exists(file)) {
      throw new ModelNotFoundException(
          file + ": there is no such file; an adapter has " + CONFIG + " and " + WEIGHTS);
    }
    try (Safetensors tensors = Safetensors.open(file)) {
      return load(model, json, tensors, file);
    } catch (IllegalArgumentException e) {
      // What the adapter refuses here are values of its files.
      throw new ModelFormatException(folder + ": " + e.getMessage(), e);
    }
  }

  private static LoraAdapter load(Model model, JsonConfig json, Safetensors tensors, Path file) {
    LoraConfig config = LoraModules.complete(config(json), model);
    List<Module> modules = LoraModules.targets(config, model);
    Map<String, String> paths = paths(tensors, modules);
    Map<String, StoredTensor> names =
        LoraNames.map(config, model, modules, path -> paths.getOrDefault(path, path));
    requireComplete(model, tensors, names, HeadCopy.check(model, tensors, modules, paths), file);
    LoraAdapter adapter;
    try {
      adapter =
          new LoraAdapter(
              model,
              config,
              names,
              (memory, name, out, in) -> {
                try (FileParameters source = new FileParameters(tensors, names::get, memory)) {
                  return source.matrix(name, out, in);
                }
              });
    } catch (ModelFormatException e) {
      throw new ModelFormatException(
          e.getMessage() + ": the adapter was made for another base model, or another r", e);
    }
    try {
      restore(model, tensors, names, LoraModules.saved(config, model));
      return adapter;
    } catch (RuntimeException | Error e) {
      adapter.close();
      throw e;
    }
  }

  private static LoraConfig config(JsonConfig json) {
    String type = json.stringOr("peft_type", "LORA");
    if (!type.equals("LORA")) {
      throw new UnsupportedModelException(
          json.file() + ": peft_type \"" + type + "\" is not supported, expected LORA");
    }
    for (String kind : UNKNOWN_KINDS) {
      if (json.boolOr(kind, false)) {
        throw new UnsupportedModelException(json.file() + ": " + kind + " is not supported");
      }
    }
    for (String part : UNKNOWN_PARTS) {
      boolean empty = json.isList(part) && json.strings(part).isEmpty();
      if (json.has(part) && !empty) {
        throw new UnsupportedModelException(json.file() + ": " + part + " is not supported");
      }
    }
    String bias = json.stringOr("bias", "none");
    if (!bias.equals("none")) {
      throw new UnsupportedModelException(
          json.file() + ": bias \"" + bias + "\" is not supported, expected none");
    }
    LoraConfig defaults = LoraConfig.defaults();
    Map<String, Integer> ranks = new LinkedHashMap<>();
    Map<String, Double> alphas = new LinkedHashMap<>();
    json.nested("rank_pattern")
        .ifPresent(map -> map.keys().forEach(key -> ranks.put(key, map.requireInt(key))));
    json.nested("alpha_pattern")
        .ifPresent(map -> map.keys().forEach(key -> alphas.put(key, map.requireDouble(key))));
    return new LoraConfig(
        json.intOr("r", defaults.rank()),
        json.doubleOr("lora_alpha", defaults.alpha()),
        json.doubleOr("lora_dropout", 0),
        json.boolOr("use_rslora", false),
        list(json, "target_modules"),
        ranks,
        alphas,
        list(json, "modules_to_save"));
  }

  private static List<String> list(JsonConfig json, String key) {
    if (!json.has(key)) {
      return List.of();
    }
    return json.isList(key) ? json.strings(key) : List.of(json.requireString(key));
  }

  /** The paths of modules in the file, which may carry another prefix than the model's. */
  private static Map<String, String> paths(Safetensors tensors, List<Module> modules) {
    Map<String, String> paths = new LinkedHashMap<>();
    for (String name : tensors.names()) {
      if (!name.startsWith(LoraNames.PREFIX) || !name.endsWith(LoraNames.A)) {
        continue;
      }
      String path = name.substring(LoraNames.PREFIX.length(), name.length() - LoraNames.A.length());
      for (Module module : modules) {
        String own = module.path();
        if (path.equals(own) || path.endsWith("." + own) || own.endsWith("." + path)) {
          paths.put(own, path);
        }
      }
    }
    return paths;
  }

  private static void requireComplete(
      Model model,
      Safetensors tensors,
      Map<String, StoredTensor> names,
      Set<String> copies,
      Path file) {
    Set<String> expected = new HashSet<>(copies);
    List<String> missing = new ArrayList<>();
    for (StoredTensor stored : names.values()) {
      if (expected.add(stored.name()) && tensors.find(stored.name()).isEmpty()) {
        missing.add(stored.name());
      }
    }
    Set<String> surplus = new TreeSet<>(tensors.names());
    surplus.removeAll(expected);
    if (missing.isEmpty() && surplus.isEmpty()) {
      return;
    }
    String base = model.architecture();
    throw new ModelFormatException(
        file
            + ": the adapter was made for another base model than this "
            + base
            + ": "
            + (missing.isEmpty()
                ? "the model has no " + first(surplus)
                : "the file has no " + first(missing)));
  }

  private static String first(Iterable<String> names) {
    int count = 0;
    String first = null;
    for (String name : names) {
      first = first == null ? name : first;
      count++;
    }
    return count == 1 ? first : first + " (and " + (count - 1) + " more)";
  }

  /** Reads the modules that are kept whole into the model. */
  private static void restore(
      Model model, Safetensors tensors, Map<String, StoredTensor> names, List<Parameter> saved) {
    if (saved.isEmpty()) {
      return;
    }
    try (ModelMemory copy =
            new ModelMemory("adapter", model.device(), false, Arithmetic.F32, false, true);
        FileParameters source = new FileParameters(tensors, names::get, copy);
        Context context = new Context(model.device())) {
      for (Parameter parameter : saved) {
        long[] shape = parameter.shape();
        if (parameter.matrix() == null) {
          float[] values = source.vector(parameter.name(), shape[0]).vector().toFloatArray();
          parameter.vector().copyFrom(values);
        } else {
          int rows = Math.toIntExact(shape[0]);
          float[] values =
              source.matrix(parameter.name(), shape[0], shape[1]).matrix().readRows(0, rows);
          try (var _ = context.workspace().scope()) {
            Tensor tensor = context.allocate(DType.F32, shape);
            tensor.copyFrom(values);
            Elementwise.toPanels(context, tensor, parameter.values());
          }
        }
        parameter.changed(context);
      }
    }
  }
}
