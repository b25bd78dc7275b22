// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.embed.Embedder;
import dev.gatun.embed.EmbedderOptions;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints how long a model loads and what stays resident: {@code LoadReport decoder|encoder PATH
 * fast|f32}. Run it in a JVM of its own with {@code -XX:+UseSerialGC}; the file should be in the
 * page cache. Kilobytes are as /proc counts them, after a full collection.
 */
public final class LoadReport {
  private static final int LOADS = 3;

  private final PrintWriter out;

  private LoadReport(PrintWriter out) {
    this.out = out;
  }

  /** Runs the report. */
  public static void main(String[] args) throws IOException {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    LoadReport report = new LoadReport(out);
    report.resident("empty JVM");
    Path path = Path.of(args[1]);
    LoadOptions options =
        LoadOptions.defaults().withArithmetic(Arithmetic.valueOf(args[2].toUpperCase(Locale.ROOT)));
    for (int load = 1; load <= LOADS; load++) {
      if (args[0].equals("decoder")) {
        report.decoder(path, options, load);
      } else {
        report.encoder(path, options, load);
      }
    }
  }

  private void decoder(Path path, LoadOptions options, int load) throws IOException {
    long begin = System.nanoTime();
    try (LanguageModel model = LanguageModel.load(path, options, GeneratorOptions.defaults())) {
      loaded(load, begin);
      int[] prompt = model.tokenizer().encodeIds("Locks", true);
      int[] answer =
          model.generator().generate(prompt, GenerationConfig.greedy().maxNewTokens(100));
      resident("after " + answer.length + " tokens");
    }
  }

  private void encoder(Path path, LoadOptions options, int load) throws IOException {
    long begin = System.nanoTime();
    try (Embedder embedder = Embedder.load(path, options, EmbedderOptions.defaults())) {
      loaded(load, begin);
      resident("after a vector of " + embedder.embed("Locks").length);
    }
  }

  private void loaded(int load, long begin) throws IOException {
    out.printf(Locale.ROOT, "load %d: %.0f ms%n", load, (System.nanoTime() - begin) / 1e6);
    resident("after loading");
  }

  private void resident(String when) throws IOException {
    Runtime.getRuntime().gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        out.println("resident " + when + ": " + line.substring("VmRSS:".length()).strip());
      }
    }
  }
}
