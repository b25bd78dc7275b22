// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.nn.Model;
import dev.gatun.nn.OutputHead;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.StoredTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds the modules of a model, under the paths that the reference framework gives them. */
final class LoraModules {
  private static final String WEIGHT = ".weight";

  /** Tables that are looked up, not multiplied with: last parts of paths. */
  private static final Set<String> TABLES =
      Set.of(
          "wte",
          "wpe",
          "shared",
          "embed_tokens",
          "embed_positions",
          "word_embeddings",
          "position_embeddings",
          "token_type_embeddings",
          "relative_attention_bias");

  /** Heads of tasks, which are trained as a whole unless they are named. */
  private static final Set<String> TASK_HEADS = Set.of("classifier", "score", "qa_outputs");

  private static final Map<String, List<String>> USUAL =
      Map.of(
          "t5", List.of("q", "v"),
          "mt5", List.of("q", "v"),
          "bart", List.of("q_proj", "v_proj"),
          "mbart", List.of("q_proj", "v_proj"),
          "gpt2", List.of("c_attn"),
          "bert", List.of("query", "value"),
          "roberta", List.of("query", "value"));

  private static final List<String> USUAL_OTHERWISE = List.of("q_proj", "v_proj");

  /**
   * A projection of the reference framework, of which this library may hold the parts.
   *
   * @param path such as {@code model.layers.0.self_attn.q_proj}
   * @param rows of its matrix [rows, columns], all parts together
   * @param transposed whether files hold it as [columns, rows]
   * @param tied an output head that shares the word table's matrix
   */
  record Module(
      String path, long rows, long columns, boolean transposed, boolean tied, List<Part> parts) {
    /** The last part of the path. */
    String name() {
      return path.substring(path.lastIndexOf('.') + 1);
    }

    private boolean isTaskHead() {
      return TASK_HEADS.contains(name()) || path.contains("classification_head");
    }
  }

  /**
   * Rows of a module that are a matrix here.
   *
   * @param first row of the module
   */
  record Part(Parameter parameter, long first) {}

  private LoraModules() {}

  /** The names of a model's parameters in the reference framework's files. */
  static Function<String, StoredTensor> names(Model model) {
    return model.memory().hubNames();
  }

  /**
   * All projections of a model, in its order. An output head that shares the word table's matrix
   * comes last.
   */
  static List<Module> of(Model model) {
    Function<String, StoredTensor> names = names(model);
    Map<String, Module> modules = new LinkedHashMap<>();
    for (Parameter parameter : model.parameters()) {
      StoredTensor stored = names.apply(parameter.name());
      if (parameter.matrix() == null || !stored.name().endsWith(WEIGHT)) {
        continue;
      }
      String path = stored.name().substring(0, stored.name().length() - WEIGHT.length());
      long own = parameter.matrix().rows();
      Module module =
          modules.computeIfAbsent(
              path,
              ignored ->
                  new Module(
                      path,
                      stored.storedRows() == 0 ? own : stored.storedRows(),
                      parameter.matrix().columns(),
                      stored.transposed(),
                      false,
                      new ArrayList<>()));
      module.parts().add(new Part(parameter, stored.firstRow()));
    }
    List<Module> projections = new ArrayList<>(modules.values());
    projections.removeIf(module -> TABLES.contains(module.name()));
    OutputHead head = model.outputHead();
    if (head != null && projections.stream().noneMatch(one -> one.path().equals(head.path()))) {
      projections.add(tied(head));
    }
    return projections;
  }

  private static Module tied(OutputHead head) {
    Parameter table = head.projection().parameters().getFirst();
    long rows = table.matrix().rows();
    long columns = table.matrix().columns();
    return new Module(head.path(), rows, columns, false, true, List.of(new Part(table, 0)));
  }

  /** Whether it is the projection to the vocabulary. */
  static boolean isOutputHead(Module module, Model model) {
    OutputHead head = model.outputHead();
    return head != null && head.path().equals(module.path());
  }

  /** The config with targets, where it has none. */
  static LoraConfig complete(LoraConfig config, Model model) {
    if (!config.targets().isEmpty()) {
      return config;
    }
    List<String> usual = USUAL.getOrDefault(model.architecture(), USUAL_OTHERWISE);
    return config.withTargets(usual.toArray(String[]::new));
  }

  /**
   * The modules that a config targets.
   *
   * @throws IllegalArgumentException if there are none, or one cannot be adapted
   */
  static List<Module> targets(LoraConfig config, Model model) {
    List<Module> all = of(model);
    boolean everything = config.targets().equals(List.of(LoraConfig.ALL_LINEAR));
    List<Module> targets =
        all.stream()
            .filter(module ->
                everything
                    ? !isOutputHead(module, model) && !module.isTaskHead()
                    : config.targets(module.path()))
            .filter(module -> !config.saves(module.path()))
            .toList();
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(
          "lora: no module of the "
              + model.architecture()
              + " model matches "
              + config.targets()
              + "; it has "
              + all.stream().map(Module::name).distinct().toList());
    }
    return targets;
  }

  /** The parameters of the modules that a config has trained as a whole. */
  static List<Parameter> saved(LoraConfig config, Model model) {
    Function<String, StoredTensor> names = names(model);
    List<Parameter> saved = new ArrayList<>();
    for (String name : config.modulesToSave()) {
      LoraConfig one = config.withModulesToSave(name);
      int before = saved.size();
      for (Parameter parameter : model.parameters()) {
        String stored = names.apply(parameter.name()).name();
        int dot = stored.lastIndexOf('.');
        if (dot > 0 && one.saves(stored.substring(0, dot)) && !saved.contains(parameter)) {
          saved.add(parameter);
        }
      }
      if (saved.size() == before) {
        throw new IllegalArgumentException(
            "lora: modules_to_save names "
                + name
                + ", which the "
                + model.architecture()
                + " model does not have");
      }
    }
    for (Parameter parameter : saved) {
      if (!parameter.isTrainable()) {
        throw new IllegalArgumentException(
            "lora: "
                + parameter.name()
                + " is to be trained as a whole, but is a frozen "
                + parameter.matrix()
                + "; load the model with LoadOptions.withTrainable(true), from F32, F16 or BF16");
      }
    }
    return saved;
  }
}
