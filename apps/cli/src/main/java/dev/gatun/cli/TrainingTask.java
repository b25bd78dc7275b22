// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.ExampleSet;
import dev.gatun.data.Row;
import dev.gatun.data.Rows;
import dev.gatun.io.JsonConfig;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.lora.LoraAdapter;
import dev.gatun.lora.LoraConfig;
import dev.gatun.nn.LoadOptions;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import dev.gatun.nn.TrainableModel;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tokenizer.Tokenizer;
import dev.gatun.tokenizer.Tokenizers;
import dev.gatun.train.EvaluationReport;
import dev.gatun.train.MetricsLog;
import dev.gatun.train.Objective;
import dev.gatun.train.Pretrained;
import dev.gatun.train.TextProgress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainerBuilder;
import dev.gatun.train.TrainingPlan;
import dev.gatun.train.TrainingResult;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** What the commands that train have in common; each adds its objective and its columns. */
abstract class TrainingTask implements Callable<Integer> {
  private static final double RATE = 5e-5;
  private static final double LORA_RATE = 2e-4;
  private static final double FRESH_RATE = 1e-3;
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(2);

  private final Interrupt interrupt;

  @Mixin private TrainingOptions options;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  TrainingTask(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  /** The examples of rows. */
  abstract ExampleSet examples(
      List<Row> rows, Tokenizer tokenizer, TrainableModel model, int maxLength);

  /** What is learnt. */
  abstract Objective objective();

  /** The model's positions. */
  abstract int positions(TrainableModel model);

  /** Adds what else is measured on the rows of {@code --eval}. */
  void measure(TrainerBuilder builder, ExampleSet evaluation) {}

  /** Modules that an adapter is saved with. */
  List<String> modulesToSave(TrainableModel model) {
    return List.of();
  }

  TrainingOptions options() {
    return options;
  }

  ProgressLine progress() {
    return new ProgressLine(spec.commandLine().getErr());
  }

  /** Where the model comes from. */
  interface Source {
    /** Makes the model, trainable or not. */
    TrainableModel load(LoadOptions options);

    /** Its tokenizer. */
    Tokenizer tokenizer();

    /** The folder with the tokenizer's files. */
    Path folder();

    /** Whether its parameters are drawn at random. */
    boolean isFresh();
  }

  /** Trains; {@code lora} may be null. */
  int train(Source source, ComputeOptions compute, LoraOptions lora, List<Row> rows) {
    boolean adapting = lora != null && lora.on();
    if (options.saveInitial != null && adapting) {
      throw new IllegalArgumentException("--save-initial does not go with --lora");
    }
    List<Row> held = options.eval == null ? List.of() : Rows.read(options.eval);
    boolean whole = !adapting || !modulesToSave(null).isEmpty();
    ProgressLine progress = progress();
    try (TrainableModel model =
            compute.load(
                source.folder(),
                progress,
                Arithmetic.F32,
                load -> source.load(load.withTrainable(whole)));
        Tokenizer tokenizer = source.tokenizer()) {
      requireSavable(model, adapting);
      int maxLength = options.maxLength(positions(model));
      ExampleSet train = examples(rows, tokenizer, model, maxLength);
      ExampleSet eval = held.isEmpty() ? null : examples(held, tokenizer, model, maxLength);
      double rate = adapting ? LORA_RATE : source.isFresh() ? FRESH_RATE : RATE;
      TrainerBuilder builder = options.builder(model, objective(), rate);
      if (eval != null) {
        measure(builder, eval);
      }
      if (!adapting) {
        return run(builder, model, null, source, train, eval);
      }
      LoraConfig config =
          lora.config().withModulesToSave(modulesToSave(model).toArray(String[]::new));
      try (LoraAdapter adapter = LoraAdapter.create(model, config, options.seed)) {
        adapter.attach();
        builder.trainable(adapter.parameters());
        return run(builder, model, adapter, source, train, eval);
      }
    }
  }

  /** Before hours of work, not after. */
  private void requireSavable(TrainableModel model, boolean adapting) {
    if (!adapting && model.memory().origin().isEmpty()) {
      throw new UnsupportedModelException(
          "train: a model from a GGUF file cannot be saved as a whole; use --lora, or the model's"
              + " safetensors");
    }
    if (Files.exists(options.out) && !Files.isDirectory(options.out)) {
      throw new IllegalArgumentException("--out is " + options.out + ", which is not a folder");
    }
  }

  private int run(
      TrainerBuilder builder,
      TrainableModel model,
      LoraAdapter adapter,
      Source source,
      ExampleSet train,
      ExampleSet eval) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (options.dryRun) {
      return plan(builder.build().plan(train), out);
    }
    Trainer trainer =
        builder
            .listener(new TextProgress(err::println, LINE_INTERVAL))
            .listener(new MetricsLog(options.out))
            .build();
    if (options.saveInitial != null) {
      Pretrained.save(model, source.folder(), options.saveInitial);
    }
    Optional<EvaluationReport> before =
        eval == null || options.resume ? Optional.empty() : Optional.of(trainer.evaluate(eval));
    before.ifPresent(report -> err.println("before: " + text(report.measures())));
    TrainingResult result;
    try (Interrupt.Stoppable _ = interrupt.onRaise(trainer::stop)) {
      result = eval == null ? trainer.fit(train) : trainer.fit(train, eval);
    }
    if (!result.complete()) {
      return Failures.INTERRUPTED;
    }
    if (adapter != null) {
      adapter.save(options.out);
    } else {
      Pretrained.save(model, source.folder(), options.out);
    }
    report(out, before, result, adapter != null);
    return 0;
  }

  private int plan(TrainingPlan plan, PrintWriter out) {
    if (options.output == OutputFormat.JSON) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("steps", plan.steps());
      json.put("tokens", plan.tokens());
      json.put("parameters", plan.parameters());
      json.put("memory", plan.memory());
      json.put("needed_bytes", plan.neededBytes());
      json.put("available_bytes", plan.availableBytes());
      json.put("seconds", plan.time().toMillis() / 1e3);
      out.println(Json.write(json));
    } else {
      out.println(plan);
    }
    if (!plan.fits()) {
      throw new OutOfDeviceMemoryException(
          "training: too little memory: "
              + plan.neededBytes()
              + " bytes needed, "
              + plan.availableBytes()
              + " available; "
              + String.join("; ", plan.advice()));
    }
    return 0;
  }

  private void report(
      PrintWriter out, Optional<EvaluationReport> before, TrainingResult result, boolean adapter) {
    Map<String, Double> after =
        result.evaluation().map(EvaluationReport::measures).orElse(Map.of());
    if (options.output == OutputFormat.JSON) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put(adapter ? "adapter" : "model", options.out.toString());
      json.put("steps", result.steps());
      json.put("seconds", result.duration().toMillis() / 1e3);
      before.ifPresent(report -> json.put("before", report.measures()));
      json.put("after", after);
      out.println(Json.write(json));
      return;
    }
    out.println(options.out + (after.isEmpty() ? "" : ": " + text(after)));
  }

  private static String text(Map<String, Double> measures) {
    StringBuilder text = new StringBuilder();
    measures.forEach((name, value) ->
        text.append(text.isEmpty() ? "" : "  ")
            .append(String.format(Locale.ROOT, "%s %.4f", name, value)));
    return text.toString();
  }

  /** A trained model. */
  static Source trained(Path path, Loader loader) {
    return new Source() {
      @Override
      public TrainableModel load(LoadOptions load) {
        try (ModelFiles files = ModelFiles.open(path)) {
          return loader.load(files, load);
        }
      }

      @Override
      public Tokenizer tokenizer() {
        try (ModelFiles files = ModelFiles.open(path)) {
          return files.format() == ModelFiles.Format.GGUF
              ? Tokenizers.fromGguf(files.metadata())
              : Tokenizers.fromFolder(files.folder());
        }
      }

      @Override
      public Path folder() {
        return Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
      }

      @Override
      public boolean isFresh() {
        return false;
      }
    };
  }

  /** A model of a configuration with fresh parameters. */
  static Source fresh(Path folder, long seed) {
    Path config = folder.resolve("config.json");
    if (!Files.isRegularFile(config)) {
      throw new ModelNotFoundException(
          folder + ": expected a folder with config.json and a tokenizer's files");
    }
    return new Source() {
      @Override
      public TrainableModel load(LoadOptions load) {
        return trainable(ModelLoader.create(JsonConfig.read(config), load, seed));
      }

      @Override
      public Tokenizer tokenizer() {
        return Tokenizers.fromFolder(folder);
      }

      @Override
      public Path folder() {
        return folder;
      }

      @Override
      public boolean isFresh() {
        return true;
      }
    };
  }

  /** Loads a model for a task. */
  interface Loader {
    TrainableModel load(ModelFiles files, LoadOptions options);
  }

  /** The model if it has a loss. */
  static TrainableModel trainable(Model model) {
    if (model instanceof TrainableModel trainable) {
      return trainable;
    }
    model.close();
    throw new UnsupportedModelException(
        "train: a model of architecture \""
            + model.architecture()
            + "\" without a head has nothing to learn from");
  }
}
