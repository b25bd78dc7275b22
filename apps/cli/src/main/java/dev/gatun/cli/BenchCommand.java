// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.generate.ThroughputBenchmark;
import dev.gatun.io.ModelFiles;
import dev.gatun.io.TensorInfo;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelLoader;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tokens per second, measured and printed as llama-bench does. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measures prompt and answer tokens per second: mean and deviation.")
final class BenchCommand implements Callable<Integer> {
  /** How the figures are printed. */
  enum Table {
    /** A Markdown table. */
    MD,
    /** A list of objects with llama-bench's field names. */
    JSON
  }

  private final Interrupt interrupt;

  @Mixin private ModelOptions model;

  @Option(names = "-p", paramLabel = "N", description = "Prompt tokens (default 512); 0 skips.")
  private int prompt = 512;

  @Option(names = "-n", paramLabel = "N", description = "Answer tokens (default 128); 0 skips.")
  private int answer = 128;

  @Option(names = "-d", paramLabel = "N", description = "Tokens before them, not timed.")
  private int depth;

  @Option(names = "-r", paramLabel = "N", description = "Repetitions (default 5).")
  private int repetitions = 5;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "md (default) or json with llama-bench's field names.")
  private Table output = Table.MD;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** One kind of run. */
  private record Test(String name, int promptTokens, int answerTokens, long[] nanos) {
    double[] rates() {
      int tokens = promptTokens + answerTokens;
      return Arrays.stream(nanos).mapToDouble(ns -> tokens * 1e9 / ns).toArray();
    }
  }

  BenchCommand(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    if (repetitions < 1 || prompt < 0 || answer < 0 || depth < 0) {
      throw new IllegalArgumentException(
          "bench: expected -p, -n and -d of at least 0 and -r of at least 1, got "
              + List.of(prompt, answer, depth, repetitions));
    }
    Path path = model.resolve("chat", progress);
    try (ModelFiles files = ModelFiles.open(path);
        Model loaded = model.load(path, progress, options -> ModelLoader.load(files, options))) {
      if (!(loaded instanceof CausalModel causal)) {
        throw new IllegalArgumentException(
            path
                + ": a model of architecture \""
                + loaded.architecture()
                + "\" does not generate text; bench needs a decoder");
      }
      List<Test> tests = new ArrayList<>();
      try (ThroughputBenchmark bench =
          new ThroughputBenchmark(causal, depth + Math.max(prompt, answer))) {
        if (prompt > 0) {
          tests.add(
              new Test("pp" + prompt, prompt, 0, run(() -> bench.prefillNanos(depth, prompt))));
        }
        if (answer > 0) {
          tests.add(
              new Test("tg" + answer, 0, answer, run(() -> bench.decodeNanos(depth, answer))));
        }
      }
      List<Map<String, Object>> rows = new ArrayList<>();
      for (Test test : tests) {
        rows.add(row(files, causal, test));
      }
      if (output == Table.JSON) {
        out.println(Json.write(rows));
      } else {
        table(out, rows, tests);
      }
      return 0;
    }
  }

  /** One run to warm up, then the timed ones. */
  private long[] run(LongSupplier benchmark) {
    var _ = benchmark.getAsLong();
    long[] nanos = new long[repetitions];
    for (int i = 0; i < repetitions; i++) {
      if (interrupt.raised()) {
        throw new CancellationException("bench: interrupted");
      }
      nanos[i] = benchmark.getAsLong();
    }
    return nanos;
  }

  private Map<String, Object> row(ModelFiles files, CausalModel causal, Test test) {
    long parameters = 0;
    long bytes = 0;
    for (String name : files.tensors().names()) {
      TensorInfo info = files.tensors().info(name);
      parameters += info.elementCount();
      bytes += info.byteLength();
    }
    var device = causal.device().info();
    double[] rates = test.rates();
    double[] nanos = Arrays.stream(test.nanos()).asDoubleStream().toArray();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("build_commit", "gatun 0.1.0");
    row.put("cpu_info", device.name());
    row.put("gpu_info", "");
    row.put("backends", "CPU " + device.isa().name().toLowerCase(Locale.ROOT));
    row.put("model_filename", files.path().getFileName().toString());
    row.put("model_type", causal.architecture());
    row.put("model_size", bytes);
    row.put("model_n_params", parameters);
    row.put("n_batch", 512);
    row.put("n_ubatch", 512);
    row.put("n_threads", device.threads());
    row.put("type_k", causal.cacheShape().dtype().toString().toLowerCase(Locale.ROOT));
    row.put("type_v", causal.cacheShape().dtype().toString().toLowerCase(Locale.ROOT));
    row.put("arithmetic", causal.arithmetic().toString().toLowerCase(Locale.ROOT));
    row.put("n_prompt", test.promptTokens());
    row.put("n_gen", test.answerTokens());
    row.put("n_depth", depth);
    row.put("test_time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    row.put("avg_ns", Math.round(mean(nanos)));
    row.put("stddev_ns", Math.round(deviation(nanos)));
    row.put("avg_ts", mean(rates));
    row.put("stddev_ts", deviation(rates));
    row.put("samples_ns", test.nanos());
    row.put("samples_ts", rates);
    return row;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(0);
  }

  private static double deviation(double[] values) {
    if (values.length < 2) {
      return 0;
    }
    double mean = mean(values);
    double sum = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(sum / (values.length - 1));
  }

  private void table(PrintWriter out, List<Map<String, Object>> rows, List<Test> tests) {
    out.println("| model | size | backend | threads | arithmetic | test | t/s |");
    out.println("| --- | ---: | --- | ---: | --- | --- | ---: |");
    for (int i = 0; i < rows.size(); i++) {
      Map<String, Object> row = rows.get(i);
      double[] rates = tests.get(i).rates();
      out.printf(
          Locale.ROOT,
          "| %s | %.2f MiB | %s | %s | %s | %s%s | %.2f ± %.2f |%n",
          row.get("model_filename"),
          ((Long) row.get("model_size")) / 1048576.0,
          row.get("backends"),
          row.get("n_threads"),
          row.get("arithmetic"),
          tests.get(i).name(),
          depth > 0 ? " @ d" + depth : "",
          mean(rates),
          deviation(rates));
    }
    out.println();
    out.println("cpu: " + rows.stream().findFirst().map(r -> r.get("cpu_info")).orElse(""));
  }
}
