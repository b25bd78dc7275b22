// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.embed.Embedder;
import dev.gatun.embed.EmbedderOptions;
import dev.gatun.embed.LongInput;
import dev.gatun.embed.Similarity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Vectors of texts. */
@Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    description = "Prints the vectors of texts, and how similar they are.")
final class EmbedCommand implements Callable<Integer> {
  private static final int SHOWN = 6;

  private final Interrupt interrupt;

  @Parameters(
      paramLabel = "TEXT",
      arity = "0..*",
      description = "The texts; without any, lines of standard input.")
  private List<String> texts = List.of();

  @Mixin private ModelOptions model;

  @Option(
      names = "--long-input",
      paramLabel = "POLICY",
      description = "truncate (default), split_and_average or fail.")
  private LongInput longInput = LongInput.TRUNCATE;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json (whole vectors).")
  private OutputFormat output = OutputFormat.TEXT;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  EmbedCommand(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    ProgressLine progress = new ProgressLine(spec.commandLine().getErr());
    List<String> inputs =
        texts.isEmpty() ? StandardInput.readAll(interrupt).lines().toList() : List.copyOf(texts);
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException(
          "embed: no texts; give them as arguments, or one a line on standard input");
    }
    Path path = model.resolve("embedding", progress);
    EmbedderOptions options = EmbedderOptions.defaults().withLongInput(longInput);
    long start = System.nanoTime();
    try (Embedder embedder = model.load(path, progress, o -> Embedder.load(path, o, options));
        Interrupt.Stoppable _ = interrupt.onRaise(embedder::close)) {
      long begin = System.nanoTime();
      float[][] vectors = embedder.embed(inputs);
      double millis = (System.nanoTime() - begin) / 1e6;
      if (output == OutputFormat.JSON) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", path.toString());
        json.put("dimension", embedder.dimension());
        json.put("texts", inputs);
        json.put("vectors", vectors);
        Map<String, Object> timings = new LinkedHashMap<>();
        timings.put("load_ms", (begin - start) / 1e6);
        timings.put("embed_ms", millis);
        json.put("timings", timings);
        out.println(Json.write(json));
      } else {
        show(out, inputs, vectors);
      }
    }
    return 0;
  }

  private static void show(PrintWriter out, List<String> inputs, float[][] vectors) {
    for (int i = 0; i < vectors.length; i++) {
      StringBuilder line = new StringBuilder();
      for (int k = 0; k < Math.min(SHOWN, vectors[i].length); k++) {
        line.append(String.format(Locale.ROOT, "%8.4f", vectors[i][k]));
      }
      out.printf(Locale.ROOT, "%s ... [%d]  %s%n", line, vectors[i].length, inputs.get(i));
    }
    for (int i = 0; i < vectors.length; i++) {
      for (int j = i + 1; j < vectors.length; j++) {
        out.printf(
            Locale.ROOT,
            "cosine %.4f  %s | %s%n",
            Similarity.cosine(vectors[i], vectors[j]),
            inputs.get(i),
            inputs.get(j));
      }
    }
  }
}
