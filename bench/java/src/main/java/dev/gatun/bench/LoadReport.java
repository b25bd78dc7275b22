// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import com.sun.management.ThreadMXBean;
import dev.gatun.embed.Embedder;
import dev.gatun.embed.EmbedderOptions;
import dev.gatun.generate.GenerationConfig;
import dev.gatun.generate.GeneratorOptions;
import dev.gatun.generate.LanguageModel;
import dev.gatun.generate.TokenStream;
import dev.gatun.nn.LoadOptions;
import dev.gatun.tensor.Arithmetic;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints how long a model loads, what stays resident, and what a token allocates: {@code LoadReport
 * decoder|encoder PATH fast|f32}. Run it in a JVM of its own with {@code -XX:+UseSerialGC}; the
 * file should be in the page cache. Kilobytes are as /proc counts them, after a full collection.
 */
public final class LoadReport {
  private static final int LOADS = 3;
  private static final int ANSWERS = 10;
  private static final int FIRST_TOKEN = 32;
  private static final int LAST_TOKEN = 160;

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
      if (load == LOADS) {
        heapPerToken(model, prompt);
      }
    }
  }

  /**
   * What a further token allocates once the loop is compiled: what all threads allocate between two
   * tokens of one answer, which goes on behind them. The least of several answers: other threads of
   * the JVM may allocate too.
   */
  private void heapPerToken(LanguageModel model, int[] prompt) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ANSWERS; i++) {
      least = Math.min(least, allocated(model, prompt));
    }
    out.printf(
        Locale.ROOT,
        "Java heap of %d tokens: %d bytes, %.1f per token%n",
        LAST_TOKEN - FIRST_TOKEN,
        least,
        (double) least / (LAST_TOKEN - FIRST_TOKEN));
  }

  private static long allocated(LanguageModel model, int[] prompt) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    GenerationConfig config = GenerationConfig.greedy().maxNewTokens(2 * LAST_TOKEN);
    long before = 0;
    try (TokenStream stream = model.generator().stream(prompt, config)) {
      for (int token = 0; token < LAST_TOKEN && stream.next(); token++) {
        if (token == FIRST_TOKEN) {
          before = threads.getTotalThreadAllocatedBytes();
        }
      }
      return threads.getTotalThreadAllocatedBytes() - before;
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
